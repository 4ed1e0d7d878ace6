from django.contrib.admin.apps import AdminConfig


class NewsroomConfig(AdminConfig):
    """Django's admin with the newsroom's doors. (The class stands outside `polls.admin`, which
    registers on it while it is made.)"""

    default_site = "polls.staff.site.Newsroom"
