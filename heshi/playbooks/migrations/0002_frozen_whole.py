"""Freeze the versions there are: joined with their fragments as that was done until now, with the clocks of law of today.

What follows is the way of joining of the first version of the language, kept here as it was: whoever changes how fragments are
taken in must not change it.
"""


import orjson
import yaml
from django.db import migrations, models

DEPTHS = {"clocks": 1, "ladders": 0, "positions": 1, "steps": 3, "tasks": 1, "words": 1}
WHOLE = {"needs", "sets", "options", "task", "clocks", "words"}
PLAIN = ("int", "float", "bool", "null")


def read(text):
    return value_of(yaml.compose(text, Loader=yaml.SafeLoader))


def value_of(node):
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): value_of(child) for key, child in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [value_of(child) for child in node.value]
    kind = node.tag.rpartition(":")[2]
    return yaml.SafeLoader("").construct_object(node) if kind in PLAIN else node.value


def joined(texts):
    whole = read(texts["main"])
    own, left_out = dict(whole), set(whole.get("without", []))
    for name in whole.get("include", []):
        for section, given in read(texts[name]).items():
            wanted = {key: value for key, value in given.items() if key not in left_out}
            whole[section] = overlaid(wanted, whole.get(section, {}), DEPTHS[section])
    for section in ("steps", "positions"):
        named = own.get(section, {})
        whole[section] = {
            name: spec for name, spec in whole.get(section, {}).items() if name in named or "label" in spec
        }
    return whole


def overlaid(given, own, depth):
    merged = dict(own)
    for name, value in given.items():
        if name not in merged:
            merged[name] = value
        elif depth and name not in WHOLE and isinstance(value, dict) and isinstance(merged[name], dict):
            merged[name] = overlaid(value, merged[name], depth - 1)
    return merged


def words_in(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield key
            yield from words_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from words_in(each)


def freeze(apps, _schema):
    versions = apps.get_model("playbooks", "PlaybookVersion").objects.exclude(status="draft")
    if not versions.exists():
        return  # a new county: nothing of the library need be read
    from heshi.clocks.queries import library
    from heshi.clocks.rules import frozen
    from heshi.common.fingerprints import sm3

    for version in versions.iterator():
        says = joined(version.texts)
        named = sorted(set(words_in(says)) & set(library()))
        kept = {"says": says, "clocks": {code: frozen(library()[code]) for code in named}}
        version.frozen = orjson.dumps(kept).decode()
        version.frozen_digest = sm3(version.frozen.encode())
        version.save(update_fields=["frozen", "frozen_digest"])


class Migration(migrations.Migration):
    dependencies = [("playbooks", "0001_initial")]

    operations = [
        migrations.AddField("playbookversion", "frozen", models.TextField(blank=True)),
        migrations.AddField("playbookversion", "frozen_digest", models.CharField(blank=True, max_length=64)),
        migrations.RunPython(freeze, migrations.RunPython.noop),
    ]
