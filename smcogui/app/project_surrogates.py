"""The surrogates of an open project: trained from its designs, listed, read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from smcogui.app.campaign_curation import dataset_rows
from smcogui.app.surrogate_choice import (
    SHIPPED,
    choose_surrogate,
    remember_choice,
    trained_surrogates,
)
from smcogui.app.surrogate_training import Training, begin_training, resume_training
from smcogui.app.surrogate_views import SurrogateView, read_views
from smcogui.app.training_folder import TrainingFolder, TrainingRequest, requested_trainings
from smcogui.data.dataset import dataset_row
from smcogui.data.dataset_parts import TEST_SET, TRAINING_SET
from smcogui.data.measurements import checked_name
from smcogui.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from models.store import StoredModel
    from smcogui.app.session import Session
    from smcogui.app.surrogate_training import Rows
    from smcogui.app.verification import Verifications
    from smcogui.campaigns.feasibility import Selection
    from smcogui.design.design import Design
    from smcogui.surrogates.forward import Surrogate
    from smcogui.surrogates.inverse import InverseAnswer
    from smcogui.surrogates.optimise import ParetoFront

SURROGATES_FOLDER: Final = "surrogates"
DEFAULT_NAME: Final = "forward"


class ProjectSurrogates:
    """The surrogates below ``PROJECT/surrogates``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @property
    def folder(self) -> Path:
        """Folder of all surrogates of the project."""
        return self._session.project / SURROGATES_FOLDER

    def names(self) -> list[str]:
        """Return the names of surrogates that are trained or being trained."""
        return requested_trainings(self.folder)

    def load(self, name: str) -> StoredModel:
        """Return a trained surrogate; raises InputError where it cannot be used."""
        from models.store import load_model
        from smcogui.surrogates.model_errors import program_errors

        with program_errors():
            return load_model(TrainingFolder(self.folder / checked_name(name)).model)

    def trained(self) -> list[str]:
        """Return the names of finished surrogates, the newest first and the shipped one last."""
        return [*trained_surrogates(self.folder), SHIPPED]

    def views(self) -> tuple[SurrogateView, ...]:
        """Return all surrogates with their trainings, the shipped one last; reads files."""
        return read_views(self.folder)

    def surrogate(self, name: str | None = None) -> Surrogate:
        """Return a surrogate that answers.

        By default the one that was trained or chosen last, else the shipped one.

        Raises
        ------
        InputError
            If there is none of this name, or it cannot be used.
        """
        return choose_surrogate(name, self.folder)

    def use(self, name: str) -> None:
        """Let a surrogate answer where none is named, until another is chosen or trained.

        Raises
        ------
        InputError
            If it cannot be used.
        RunFolderError
            If the choice cannot be written.
        """
        remember_choice(self.folder, self.surrogate(name).name)

    def predict(self, design: Design, name: str | None = None) -> dict[str, Any]:
        """Return predicted readings of a design, each with ``_low`` and ``_high``, and trust.

        Takes about a millisecond once the surrogate is read.

        Raises
        ------
        InputError
            If the design has other conditions than the designs that were learned from.
        """
        return self.surrogate(name).predict_design(design)

    def invert(
        self,
        wanted: Mapping[str, float],
        *,
        name: str | None = None,
        ranges: Mapping[str, tuple[float, float]] | None = None,
        z_phases: Sequence[str] = (),
        zr_at_percent: float | None = None,
        count: int = 8,
        scatter_nm: float = 0.0,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> InverseAnswer:
        """Return designs that are predicted to have wanted readings; takes below half a second.

        Parameters
        ----------
        wanted : mapping
            Values by reading: ``{"mu0_Hc_T": 4.2, "Phi_p": 0.02}``.
        name : str, optional
            Of the surrogate.
        ranges : mapping, optional
            Ends by input (``L_nm``, ``alpha_deg`` …), equal for a fixed one; the range of the data
            for what is not named.
        z_phases : sequence of str
            Shipped Z phases to choose among; free constants where none is named.
        zr_at_percent : float, optional
            Largest zirconium content.
        count : int
        scatter_nm : float
            Of L, d, w_S and w_Z that the designs are to bear.
        should_stop : callable

        Raises
        ------
        InputError
        TaskStoppedError
            If it was to stop.
        """
        from smcogui.surrogates.inverse import invert
        from smcogui.surrogates.search_space import SearchSpace

        surrogate = self.surrogate(name)
        space = SearchSpace.of(surrogate, ranges or {}, z_phases, zr_at_percent)
        return invert(
            surrogate,
            space,
            wanted,
            count=count,
            scatter_nm=scatter_nm,
            should_stop=should_stop,
        )

    def suggest(
        self,
        campaign: str,
        count: int,
        *,
        name: str | None = None,
        ranges: Mapping[str, tuple[float, float]] | None = None,
        z_phases: Sequence[str] = (),
        cycles: int = 3,
    ) -> Selection:
        """Add the designs that a surrogate would learn most from to a campaign.

        It is made, paused, where there is none. What other campaigns hold already counts as known.
        Each has ``cycles`` half-cycles, by default as many as the shipped designs.
        """
        from smcogui.app.suggested_designs import add_suggestions
        from smcogui.surrogates.search_space import SearchSpace

        surrogate = self.surrogate(name)
        space = SearchSpace.of(surrogate, ranges or {}, z_phases)
        return add_suggestions(self._session, surrogate, space, campaign, count, cycles)

    def verifications(self, campaign: str = "verified") -> Verifications:
        """Return the candidates that are put to the test: added, simulated, compared."""
        from smcogui.app.verification import Verifications

        return Verifications(self._session, campaign)

    def pareto(
        self,
        objectives: Mapping[str, bool],
        *,
        name: str | None = None,
        ranges: Mapping[str, tuple[float, float]] | None = None,
        z_phases: Sequence[str] = (),
        zr_at_percent: float | None = None,
        count: int = 50,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> ParetoFront:
        """Return feasible designs of which none is predicted to be better in every respect.

        Parameters
        ----------
        objectives : mapping
            Whether more is better, by reading: ``{"mu0_Hc_T": True, "Phi_p": False}``.
        name, ranges, z_phases, zr_at_percent
            As for :meth:`invert`.
        count : int
            Designs at most, spread over the front.
        should_stop : callable

        Raises
        ------
        InputError
        TaskStoppedError
            If it was to stop.
        """
        from smcogui.surrogates.optimise import pareto_front
        from smcogui.surrogates.search_space import SearchSpace

        surrogate = self.surrogate(name)
        space = SearchSpace.of(surrogate, ranges or {}, z_phases, zr_at_percent)
        return pareto_front(surrogate, space, objectives, count=count, should_stop=should_stop)

    def training(self, name: str) -> Training:
        """Return the training of a surrogate, whoever began it."""
        return Training(TrainingFolder(self.folder / checked_name(name)))

    def train(
        self,
        name: str,
        request: TrainingRequest,
        training: Sequence[str] = (),
        test: Sequence[str] = (),
        *,
        replace: bool = False,
    ) -> Training:
        """Train a surrogate on designs of the project, in a process of its own.

        Parameters
        ----------
        name : str
        request : TrainingRequest
        training, test : sequence of str
            Campaigns and imported datasets. By default ``train`` and ``test_offgrid`` where they
            are there, else all that are not tested with.
        replace : bool
            Whether a surrogate of other designs or options is replaced.

        Raises
        ------
        InputError
            If the designs cannot be used, or the name is taken.
        UnavailableError
            If torch is not installed.
        """
        known = self.sets()
        tested = list(test) or [TEST_SET] * (TEST_SET in known)
        taken = list(training) or [TRAINING_SET] * (TRAINING_SET in known)
        taken = taken or [each for each in known if each not in tested]
        return begin_training(
            self.folder / checked_name(name),
            request,
            self.rows(taken),
            self.rows(tested),
            sources={"training": taken, "test": tested},
            replace=replace,
        )

    def resume(self, name: str) -> Training:
        """Go on with a training that ended early, with the designs that it began with.

        Raises
        ------
        InputError
            If nothing was asked for under this name.
        UnavailableError
            If torch is not installed.
        """
        return resume_training(TrainingFolder(self.folder / checked_name(name)))

    def sets(self) -> list[str]:
        """Return the names of campaigns and imported datasets that designs can be taken of."""
        campaigns = [campaign.name for campaign in self._session.campaigns.records()]
        return campaigns + [record.name for record in self._session.datasets.records()]

    def rows(self, names: Sequence[str]) -> Rows:
        """Return the finished designs of campaigns and imported datasets, as rows of a dataset.

        Raises
        ------
        InputError
            If there is none of a name.
        """
        rows: Rows = []
        known = self.sets()
        campaigns = {campaign.name for campaign in self._session.campaigns.records()}
        for name in names:
            if name not in known:
                raise InputError(
                    f"the project has no campaign or dataset {name!r}; it has: "
                    f"{', '.join(known) or 'none yet'}",
                    key="campaign",
                    given=name,
                    allowed=", ".join(known),
                )
            if name in campaigns:
                found = dataset_rows(self._session.campaigns.statuses(name))
                rows += [dataset_row(row) for row in found]
            else:
                rows += self._session.datasets.load(name).rows
        return rows
