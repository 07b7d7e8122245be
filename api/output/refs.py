"""Short names of things that others refer to."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from hazards.models import Category, Domain
from organizations.models import Post, Unit


class UnitRef(serializers.Serializer[Unit]):
    id = serializers.IntegerField()
    name = serializers.CharField()


class PersonRef(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()


class PostRef(serializers.Serializer[Post]):
    id = serializers.IntegerField()
    label = serializers.CharField(source="__str__", help_text="单位和岗位，例如：第一小学安全员")  # type: ignore[assignment]


class DomainRef(serializers.Serializer[Domain]):
    code = serializers.CharField()
    name = serializers.CharField()


class CategoryRef(serializers.Serializer[Category]):
    code = serializers.CharField()
    name = serializers.CharField()
