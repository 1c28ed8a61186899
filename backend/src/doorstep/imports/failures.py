"""What can be refused about an import as a whole. What is wrong with one line is a `Reason`."""

from doorstep.failure import Failure


class ImportOvertaken(Failure):
    """Another process imports the same file. Only operators are told."""

    status = 409
    code = "import_overtaken"
    title = "Another process is importing this file. Nothing is lost: let it finish, or run this again when it has."
