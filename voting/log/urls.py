from django.urls import path

from voting.log import machine_views, views

urlpatterns = [
    path("<slug:slug>/", views.log_page, name="log"),
    path("<slug:slug>/heads/", views.heads, name="log_heads"),
    path("<slug:slug>/heads/<str:size>/", views.head, name="log_head"),
    path(
        "<slug:slug>/heads/<str:size>.png",
        views.head_picture,
        name="log_head_picture",
    ),
    path("<slug:slug>/key.json", machine_views.key_json, name="log_key"),
    path("<slug:slug>/head.json", machine_views.head_json, name="log_head_json"),
    path("<slug:slug>/heads.json", machine_views.heads_json, name="log_heads_json"),
    path("<slug:slug>/checkpoint", machine_views.checkpoint, name="log_checkpoint"),
    path("<slug:slug>/entries.jsonl", machine_views.entries_jsonl, name="log_entries"),
    path("<slug:slug>/leaves.txt", machine_views.leaves_txt, name="log_leaves"),
    path(
        "<slug:slug>/consistency.json",
        machine_views.consistency_json,
        name="log_consistency",
    ),
    path(
        "<slug:slug>/inclusion.json",
        machine_views.inclusion_json,
        name="log_inclusion",
    ),
]
