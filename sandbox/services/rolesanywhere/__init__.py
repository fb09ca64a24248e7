"""Roles Anywhere: sessions of roles for workloads elsewhere, which have a certificate.

https://docs.aws.amazon.com/rolesanywhere/latest/userguide/introduction.html
"""

from sandbox.services.invocation import Handler
from sandbox.services.rolesanywhere import crls, profiles, resources, role_sessions, subjects, trust_anchors

_TAGGING: dict[str, Handler] = {
    "TagResource": resources.tag_resource,
    "UntagResource": resources.untag_resource,
    "ListTagsForResource": resources.list_tags_for_resource,
}
HANDLERS: dict[str, Handler] = {
    **trust_anchors.HANDLERS,
    **profiles.HANDLERS,
    **crls.HANDLERS,
    **subjects.HANDLERS,
    **role_sessions.HANDLERS,
    **_TAGGING,
}
