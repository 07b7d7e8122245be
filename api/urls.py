"""Every address below /api/v1/."""

from django.urls import path, register_converter

from api.converters import NumberConverter
from api.openapi import ON_HAZARD
from api.views.acting import PossibleActionsView, action_view
from api.views.auth import TokenView
from api.views.bulk import BulkView
from api.views.docs import SchemaView, docs
from api.views.hazards import EventsView, EvidenceFileView, EvidenceView, HazardsView, HazardView
from api.views.messages import MessagesView, ReadMessagesView
from api.views.reference import DomainsView, PlacesView, ToDosView, UnitsView
from api.views.uploads import UploadsView

register_converter(NumberConverter, "hazard_number")

app_name = "api"

urlpatterns = [
    path("auth/token/", TokenView.as_view(), name="token"),
    path("hazards/", HazardsView.as_view(), name="hazards"),
    path("hazards/bulk/", BulkView.as_view(), name="bulk"),
    path("hazards/<hazard_number:number>/", HazardView.as_view(), name="hazard"),
    path("hazards/<hazard_number:number>/events/", EventsView.as_view(), name="events"),
    path("hazards/<hazard_number:number>/evidence/", EvidenceView.as_view(), name="evidence"),
    path("hazards/<hazard_number:number>/actions/", PossibleActionsView.as_view(), name="actions"),
    *(
        path(
            f"hazards/<hazard_number:number>/actions/{action.name}/",
            action_view(action).as_view(),
            name=f"act_{action.name}",
        )
        for action in ON_HAZARD
    ),
    path("evidence/<int:evidence_id>/file/", EvidenceFileView.as_view(), name="evidence_file"),
    path("uploads/", UploadsView.as_view(), name="uploads"),
    path("messages/", MessagesView.as_view(), name="messages"),
    path("messages/read/", ReadMessagesView.as_view(), name="messages_read"),
    path("units/", UnitsView.as_view(), name="units"),
    path("domains/", DomainsView.as_view(), name="domains"),
    path("places/", PlacesView.as_view(), name="places"),
    path("to-dos/", ToDosView.as_view(), name="to_dos"),
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", docs, name="docs"),
]
