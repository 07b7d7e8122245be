from django.urls import include, path

from hazards.views import bulk, calendar, calendar_edit, file, files, hazard_list, papers, report, rules, sealed, stop

urlpatterns = [
    path("report/", report.report_hazard, name="report"),
    path("report/similar/", report.show_similar, name="similar_hazards"),
    path("report/stop/", stop.show_stop, name="report_stop"),
    path("report/confidential/", stop.report_confidential, name="report_confidential"),
    path("hazards/", hazard_list.list_hazards, name="hazard_list"),
    path("hazards/bulk/", bulk.choose_hazards, name="bulk_choose"),
    path("hazards/bulk/start/", bulk.start, name="bulk_start"),
    path("hazards/bulk/<int:run_id>/", bulk.show_run, name="bulk_run"),
    path("hazards/<str:number>/", file.show_hazard, name="hazard_file"),
    path("hazards/<str:number>/receipt/", report.show_receipt, name="report_receipt"),
    path("hazards/<str:number>/sealed/", sealed.download_archive, name="sealed_archive"),
    path("hazards/<str:number>/papers/<str:paper_id>/", papers.show_paper, name="hazard_paper"),
    path("hazards/<str:number>/<slug:action>/", file.act_on_hazard, name="hazard_act"),
    path("rules/", rules.show_rules, name="rules"),
    path("calendar/", calendar.show_calendar, name="calendar"),
    path("calendar/file/", calendar.download_days, name="calendar_file"),
    path("calendar/days/", calendar_edit.change_days, name="calendar_days"),
    path("calendar/hours/", calendar_edit.change_hours, name="calendar_hours"),
    path("calendar/terms/", calendar_edit.change_terms, name="calendar_terms"),
    path("calendar/duty/", calendar_edit.change_duty, name="calendar_duty"),
    path("rules/clock/", include("hazards.urls_clock")),
    path("clauses/", rules.list_clauses, name="clauses"),
    path("uploads/", files.upload_file, name="uploads"),
    path("uploads/<uuid:upload_id>/", files.show_upload, name="upload_file"),
    path("evidence/<int:evidence_id>/", files.show_evidence, name="evidence_file"),
]
