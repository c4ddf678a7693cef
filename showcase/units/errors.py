from site_cms.refusals import Refusal


class UnitError(Refusal):
    message = "这一步没有完成，单位没有改变。"


class PlanIsStale(UnitError):
    message = (
        "在您核对的时候，单位的资料有了变化，什么都没有导入。请看过新的预览再确认。"
    )


class PlanHasErrors(UnitError):
    message = "表里还有问题，什么都没有导入。请先改好标出的格子，再传一次。"
