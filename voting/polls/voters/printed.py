"""A code on paper, given out in the village: no telephone, no app, no JavaScript."""

from voting.polls.voters.asked import Asked


class Printed(Asked):
    name = "code"
    label = "纸质投票码（发到村里，不需要自己的手机）"
    invitation = "我有一张投票码纸条"
