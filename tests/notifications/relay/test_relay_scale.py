"""What an idle relay costs does not grow with what was ever sent."""

from __future__ import annotations

from django.db import connection

from notifications.delivery_claim import claim
from notifications.models import Delivery, Outlet
from tests.support.district import build_district

SENT = """
INSERT INTO notifications_delivery (created_at, way, address, key, state, n_tries, answer, failure, outlet_id)
SELECT %s, CASE n %% 2 WHEN 0 THEN 'email' ELSE 'wecom_robot' END, 'x', 'sent' || n, 'sent', 1, '', '',
    CASE n %% 2 WHEN 0 THEN NULL ELSE %s END
FROM generate_series(1, 20000) AS n
"""
TRIED = """
INSERT INTO notifications_deliverytry (delivery_id, at, is_sent, answer)
SELECT id, %s, true, '' FROM notifications_delivery
"""


def scanned():
    """How many whole reads of the two large tables the server counted."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT 1")
        cursor.execute(
            "SELECT sum(seq_scan) FROM pg_stat_user_tables"
            " WHERE relname IN ('notifications_delivery', 'notifications_deliverytry')"
        )
        return cursor.fetchone()[0]


def test_a_claim_reads_no_whole_table_even_before_there_are_statistics(cloned_db):
    d = build_district()
    robot = Outlet.objects.create(unit=d.units["edu"], way="wecom_robot", name="群", url="https://a/", made_at=d.at)
    with connection.cursor() as cursor:
        cursor.execute(SENT, [d.at, robot.pk])
        cursor.execute(TRIED, [d.at.replace(year=2025)])
    for n in range(3):
        Delivery.objects.create(
            created_at=d.at, way="wecom_robot", outlet=robot, address="群", key=f"q{n}", next_at=d.at
        )
        Delivery.objects.create(created_at=d.at, way="email", address="a", key=f"e{n}", next_at=d.at)
    before = scanned()
    assert len(claim(d.at)) == 6
    assert claim(d.at) == []
    assert scanned() == before
