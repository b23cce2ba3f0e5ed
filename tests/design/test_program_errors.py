from smcogui.errors import (
    InputError,
    RunCancelledError,
    RunError,
    RunFolderError,
    SmCoError,
    UnavailableError,
)


def test_exit_codes_follow_the_kind_of_error():
    codes = {kind: kind("x").exit_code for kind in (InputError, RunError, RunFolderError)}
    assert codes == {InputError: 2, RunError: 3, RunFolderError: 3}
    assert RunCancelledError("x").exit_code == 130
    assert UnavailableError("x").exit_code == 3


def test_as_dict_holds_what_the_command_line_prints():
    error = InputError("a is 1", key="a", given="1", allowed="2")
    assert error.as_dict() == {"message": "a is 1", "key": "a", "given": "1", "allowed": "2"}
    assert isinstance(error, SmCoError)
    assert str(error) == "a is 1"
