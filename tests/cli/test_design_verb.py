"""``design FILE``."""

from __future__ import annotations


def test_design_json_has_the_promised_keys(call, small_file):
    answer = call("design", small_file, "--json")
    assert answer.code == 0
    promised = {
        "phi_S",
        "phi_Z",
        "counted_fractions",
        "zr_at_percent",
        "mesh_advice",
        "cost_estimate",
    }
    assert promised <= set(answer.value)
    assert answer.err == ""


def test_design_for_people_shows_every_quantity(call, small_file):
    answer = call("design", small_file)
    assert answer.code == 0
    assert "phi_S" in answer.out
    assert "counted_fractions" in answer.out
    assert "{" not in answer.out


def test_several_designs_give_a_list(call, small_file):
    text = small_file.read_text()
    one = "[[design]]\n" + text.replace("\n[", "\n[design.")
    small_file.write_text(one + one)
    answer = call("design", small_file, "--json")
    assert [facts["name"] for facts in answer.value] == ["small", "small"]
