from django import forms

from voting.results.reveal_rules import Order
from voting.rulesheets.sheet_forms import TextField


class OrderForm(forms.Form):
    order = forms.ChoiceField(
        label="揭晓的先后",
        choices=[(order.value, order.words) for order in Order],
        widget=forms.RadioSelect,
    )


class PresenterCardForm(forms.Form):
    name = TextField(label="宣读人姓名", help_text="例如：李明", max_length=20)
