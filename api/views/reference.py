"""Units, domains and places to choose from; and what waits for the user."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.openapi import CURSOR
from api.output.reference import DomainList, PlaceList, ToDoList, UnitPage
from api.query import QueryReader
from api.views.base import ApiView
from hazards.inputs import Ask
from hazards.models import Domain, Place
from hazards.options import reportable_units
from organizations.kinds import UnitKind
from organizations.models import Unit
from organizations.posts import list_held_posts
from workflows.selectors import list_to_dos

UNIT_PAGE_SIZE = 200
MAX_NAME = 60


class UnitsView(ApiView):
    @extend_schema(
        operation_id="list_units", tags=["reference"], summary="本单位及下级，以及可以上报的单位",
        parameters=[
            OpenApiParameter("kind", OpenApiTypes.STR, enum=UnitKind.values),
            OpenApiParameter("parent", OpenApiTypes.INT, description="上级单位编号"),
            OpenApiParameter("q", OpenApiTypes.STR, description="名称中的字"),
            CURSOR,
        ],
        responses={200: UnitPage},
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        query = QueryReader(request, ["kind", "parent", "q", "cursor"])
        kind, parent, cursor = query.one_of("kind", UnitKind.values), query.id("parent"), query.cursor()
        query.finish()
        ask = Ask(actor=self.actor, hazard=None, at=self.at, held=tuple(list_held_posts(self.actor, self.at)))
        units = visible_units(ask).filter(name__contains=query.text("q")[:MAX_NAME], pk__gt=cursor or 0)
        if kind:
            units = units.filter(kind=kind)
        if parent:
            units = units.filter(parent=parent)
        rows = list(units.order_by("pk")[: UNIT_PAGE_SIZE + 1])
        shown = rows[:UNIT_PAGE_SIZE]
        reportable = set(reportable_units(ask).filter(pk__in=[unit.pk for unit in shown]).values_list("pk", flat=True))
        found = {"results": shown, "next": str(shown[-1].pk) if len(rows) > len(shown) else None}
        return Response(UnitPage(found, context={"reportable": reportable}).data)


def visible_units(ask: Ask) -> QuerySet[Unit]:
    """The units of one's posts with all below them, and those one may report on."""
    own = Q(path__overlap=[post.unit_id for post in ask.held])
    return Unit.objects.filter(own | Q(pk__in=reportable_units(ask).order_by().values("pk")))


class DomainsView(ApiView):
    @extend_schema(operation_id="list_domains", tags=["reference"], summary="领域和类别", responses={200: DomainList})
    def get(self, request: Request) -> Response:
        query = QueryReader(request, [])
        query.finish()
        return Response(DomainList({"results": Domain.objects.prefetch_related("categories")}).data)


class PlacesView(ApiView):
    @extend_schema(operation_id="list_places", tags=["reference"], summary="常见部位", responses={200: PlaceList})
    def get(self, request: Request) -> Response:
        query = QueryReader(request, [])
        query.finish()
        return Response(PlaceList({"results": Place.objects.values_list("name", flat=True)}).data)


class ToDosView(ApiView):
    @extend_schema(operation_id="list_to_dos", tags=["reference"], summary="待办，急的在前", responses={200: ToDoList})
    def get(self, request: Request) -> Response:
        query = QueryReader(request, [])
        query.finish()
        groups = list_to_dos(self.actor, self.at)
        tasks = [task for group in groups.values() for task in group]
        return Response(ToDoList({"results": tasks}, context={"at": self.at}).data)
