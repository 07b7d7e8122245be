"""Hazards in lists and in full, with their log and evidence."""

from __future__ import annotations

from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.openapi import CURSOR, IDEMPOTENCY_KEY, new_hazard_request
from api.output.actions import OutcomeOut
from api.output.hazards import ROW_RELATIONS, EventList, EvidenceList, HazardFile, HazardPage
from api.query import QueryReader
from api.views.acting import act
from api.views.base import ApiView
from core.errors import NotFound
from hazards.listing import MAX_QUERY, find_hazards, page_of
from hazards.models import Evidence
from hazards.openings import record_opening
from hazards.sections import read_sections
from hazards.selectors import access_hazard, in_scope, list_events, list_evidence
from hazards.states import Level, State
from hazards.uploads import path_of

FILTERS = [
    OpenApiParameter("state", OpenApiTypes.STR, enum=["open", *State.values]),
    OpenApiParameter("level", OpenApiTypes.STR, enum=Level.values),
    OpenApiParameter("domain", OpenApiTypes.STR, description="领域代码"),
    OpenApiParameter("unit", OpenApiTypes.INT, description="单位编号，含其下级"),
    OpenApiParameter("overdue", OpenApiTypes.BOOL, description="只看本环节已逾期的"),
    OpenApiParameter("scheduled", OpenApiTypes.BOOL, description="只看列入治理计划的"),
    OpenApiParameter("listed", OpenApiTypes.BOOL, description="只看挂牌督办中的"),
    OpenApiParameter("found_after", OpenApiTypes.DATE, description="发现日期不早于"),
    OpenApiParameter("found_before", OpenApiTypes.DATE, description="发现日期不晚于"),
    OpenApiParameter("q", OpenApiTypes.STR, description=f"在部位、描述和编号中查找，最长 {MAX_QUERY} 个字"),
]


class HazardsView(ApiView):
    @extend_schema(
        operation_id="list_hazards", tags=["hazards"], summary="看得到的隐患，新的在前",
        parameters=[*FILTERS, CURSOR], responses={200: HazardPage},
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        query = QueryReader(request, [*(one.name for one in FILTERS), "cursor"])
        filters = query.filters()
        cursor = query.cursor()
        query.finish()
        page = page_of(find_hazards(self.actor, filters, at=self.at), related=ROW_RELATIONS, cursor=cursor)
        found = {"results": page.rows, "next": str(page.older) if page.older else None}
        return Response(HazardPage(found, context={"at": self.at}).data)

    @extend_schema(
        operation_id="make_hazard", tags=["hazards"], parameters=[IDEMPOTENCY_KEY],
        summary="上报；action 为 fix_on_spot 时是立行立改",
        request={"application/json": new_hazard_request()}, responses={201: OutcomeOut},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        return act(self, request, number=None)


class HazardView(ApiView):
    @extend_schema(operation_id="get_hazard", tags=["hazards"], summary="一条隐患的档案", responses={200: HazardFile})
    def get(self, request: Request, number: str) -> Response:
        case = access_hazard(self.actor, number, self.at)
        if request.method == "GET":
            record_opening(case)
        sections = read_sections(case, list_events(case), list_evidence(case))
        context = {"at": self.at, "case": case, "sections": sections}
        return Response(HazardFile(case.hazard, context=context).data)


class EventsView(ApiView):
    @extend_schema(operation_id="list_events", tags=["hazards"], summary="日志，旧的在前", responses={200: EventList})
    def get(self, request: Request, number: str) -> Response:
        case = access_hazard(self.actor, number, self.at)
        return Response(EventList({"results": list_events(case)}).data)


class EvidenceView(ApiView):
    @extend_schema(operation_id="list_evidence", tags=["hazards"], summary="证据", responses={200: EvidenceList})
    def get(self, request: Request, number: str) -> Response:
        case = access_hazard(self.actor, number, self.at)
        return Response(EvidenceList({"results": list_evidence(case)}).data)


class EvidenceFileView(ApiView):
    @extend_schema(
        operation_id="get_evidence_file", tags=["hazards"], summary="证据文件",
        responses={(200, "image/jpeg"): OpenApiTypes.BINARY, (200, "application/pdf"): OpenApiTypes.BINARY},
    )  # fmt: skip
    def get(self, request: Request, evidence_id: int) -> HttpResponseBase:
        """The file itself, always to be saved, never to be run."""
        seen = Evidence.objects.filter(hazard__in=in_scope(self.actor, self.at))
        evidence = seen.select_related("upload").filter(pk=evidence_id).first()
        if evidence is None:
            raise NotFound
        path = path_of(evidence.upload)
        if not path.is_file():
            raise NotFound(_("文件不在了，请联系系统管理员。"))
        response = FileResponse(
            path.open("rb"),
            as_attachment=True,
            filename=evidence.upload.name,
            content_type=evidence.upload.content_type,
        )
        response["X-Content-Type-Options"] = "nosniff"
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return response
