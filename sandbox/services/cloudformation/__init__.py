"""CloudFormation: what a template makes is judged before it is made.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Operations.html
"""

from sandbox.services.invocation import Handler

from . import handling, stack_sets

HANDLERS: dict[str, Handler] = {
    "CreateChangeSet": handling.create_change_set,
    "CreateStack": handling.create_stack,
    "CreateStackInstances": stack_sets.create_stack_instances,
    "CreateStackSet": stack_sets.create_stack_set,
    "DeleteStack": handling.delete_stack,
    "DeleteStackInstances": stack_sets.delete_stack_instances,
    "ExecuteChangeSet": handling.execute_change_set,
    "UpdateStack": handling.update_stack,
    "UpdateStackSet": stack_sets.update_stack_set,
}
