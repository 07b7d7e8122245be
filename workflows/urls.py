from django.urls import path

from workflows.views import desk, diagram, my_reports, overdue, overdue_text, process_list, visits

urlpatterns = [
    path("", desk.show_desk, name="desk"),
    path("process/", process_list.list_processes, name="process_list"),
    path("process/<slug:name>.bpmn", diagram.send_flow_bpmn, name="flow_bpmn"),
    path("my-reports/", my_reports.list_my_reports, name="my_reports"),
    path("overdue/", overdue.list_overdue, name="overdue"),
    path("overdue/text/", overdue_text.show_text, name="overdue_text"),
    path("visits/", visits.list_visit_tasks, name="visits"),
    path("hazards/<str:number>/flow/", diagram.show_flow, name="hazard_flow"),
    path("hazards/<str:number>/flow.bpmn", diagram.send_hazard_bpmn, name="hazard_bpmn"),
]
