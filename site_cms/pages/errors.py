from site_cms.refusals import Refusal


class ConsentMissing(Refusal):
    message = (
        "这一页没有发布：还没有登记本人同意公开的日期和同意书存放处。"
        "写好的内容都在，补登记以后再发布。"
    )
