"""Django's own words that read badly in French, named so that our catalogue has them: it wins."""

from django.utils.translation import gettext_noop as _

WORDS = (
    # Lists and their actions
    _(" By %(filter_title)s "),
    _("Delete selected %(verbose_name_plural)s"),
    # What was saved
    _("The {name} “{obj}” was added successfully."),
    _("The {name} “{obj}” was added successfully. You may add another {name} below."),
    _("The {name} “{obj}” was changed successfully."),
    _("The {name} “{obj}” was changed successfully. You may add another {name} below."),
    _("The {name} “{obj}” was changed successfully. You may edit it again below."),
    _("The %(name)s “%(obj)s” was deleted successfully."),
    _("Changed {fields} for {name} “{object}”."),
    _("This object doesn’t have a change history. It probably wasn’t added via this admin site."),
    # Buttons
    _("Add another %(verbose_name)s"),
    _("Save and add another"),
    _("Save and continue editing"),
    _("Yes, I’m sure"),
    # What is deleted
    _(
        'Are you sure you want to delete the %(object_name)s "%(escaped_object)s"? All of the'
        " following related items will be deleted:"
    ),
    _(
        "Are you sure you want to delete the selected %(objects_name)s? All of the following"
        " objects and their related items will be deleted:"
    ),
    _(
        "Deleting the %(object_name)s '%(escaped_object)s' would require deleting the following"
        " protected related objects:"
    ),
    _(
        "Deleting the selected %(objects_name)s would require deleting the following protected"
        " related objects:"
    ),
    # Accounts
    _("After you’ve created a user, you’ll be able to edit more user options."),
    _("staff status"),
    _("Designates whether the user can log into this admin site."),
    _("superuser status"),
    _("Raw passwords are not stored, so there is no way to see the user’s password."),
)
