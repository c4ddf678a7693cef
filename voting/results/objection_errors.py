from site_cms.refusals import Refusal
from voting.results.objection_rules import MOST_FILES


class ObjectionError(Refusal):
    """What an objection to a result refuses."""


class NotOpenToObjection(ObjectionError):
    message = (
        "现在不在公示期内，异议没有提交。您写的都还在下面，可以抄下来打电话告诉我们。"
    )


class ObjectionIsClosed(ObjectionError):
    message = "这件异议已经办结，不能再补材料。什么都没有改变。"


class TooManyFiles(ObjectionError):
    message = f"一件异议最多附 {MOST_FILES} 个文件，这次的没有收下。请挑最要紧的。"


class StepIsTaken(ObjectionError):
    message = "这一步刚刚有人办过，没有再记一次。请看下面现在的状态。"


class AlreadyReplied(ObjectionError):
    message = "这件异议已经答复过，没有再存。请看下面的答复。"


class ReplyIsWaiting(ObjectionError):
    message = (
        "这件异议已经有一份答复在等第二人，没有再提一份。请等监督员答复，或请他退回。"
    )


class QuestionMissing(ObjectionError):
    message = "请写明公布的异议内容：去掉能认出提出人的话。什么都没有改变。"


class AnswerIsMissing(ObjectionError):
    message = "请写明答复，提出人和公众都会看到。什么都没有改变。"


class FromAUnitOfTheContest(ObjectionError):
    message = "您在参评单位工作，或负责编辑参评单位的页面，这件异议要由别人来办。什么都没有改变。"


class PersonIsForgotten(ObjectionError):
    message = "归档以后，提出人的姓名和电话已经销毁，谁也看不到了。"


class NotArchivedYet(ObjectionError):
    message = (
        "活动还没有归档，异议人的姓名、电话和附件还要用，没有销毁。什么都没有改变。"
    )
