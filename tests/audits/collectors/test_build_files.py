"""Build files of the JVM and of .NET: what they declare, and what they cannot do to the reader."""

import time

import pytest

from audits.collectors.build_files import gradle, gradle_lock, maven, nuget, sbt, version_catalogue
from audits.collectors.collecting import Unreadable
from audits.engine.inventory import Inventory
from tests.audits.gathered import fact_of

POM = """\
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <artifactId>churn</artifactId>
  <properties><djl>0.31.0</djl></properties>
  <dependencies>
    <dependency>
      <groupId>ai.djl</groupId><artifactId>api</artifactId><version>${djl}</version>
    </dependency>
    <dependency>
      <groupId>a.b</groupId><artifactId>c</artifactId><version>[1.0,2.0)</version>
    </dependency>
    <dependency>
      <groupId>x</groupId><artifactId>managed</artifactId>
    </dependency>
    <dependency>
      <groupId>junit</groupId><artifactId>junit</artifactId><version>4</version>
      <scope>test</scope>
    </dependency>
  </dependencies>
</project>
"""


def test_maven_knows_pins_from_ranges_and_leaves_out_what_only_tests_need() -> None:
    name, found = maven(POM)
    assert name == "churn"
    assert [(c.name, c.version, c.line) for c in found] == [
        ("ai.djl:api", "0.31.0", 5),
        ("a.b:c", "", 8),
        ("x:managed", "", 11),
    ]


def test_gradle_is_read_in_both_languages() -> None:
    text = (
        "// implementation 'no:comment:1'\nimplementation 'a.b:c:1.2'\n"
        'implementation("d.e:f:1.+")\ntestImplementation("junit:junit:4")\n'
    )
    assert [(c.name, c.version, c.line) for c in gradle(text)] == [
        ("a.b:c", "1.2", 2),
        ("d.e:f", "", 3),
    ]


def test_a_version_catalogue_follows_its_references() -> None:
    text = (
        '[versions]\ndjl = "0.31.0"\n[libraries]\n'
        'api = { module = "ai.djl:api", version.ref = "djl" }\nother = "a.b:c:1.0"\n'
    )
    found = version_catalogue(text)
    assert [(c.name, c.version, c.line) for c in found] == [
        ("ai.djl:api", "0.31.0", 4),
        ("a.b:c", "1.0", 5),
    ]


def test_sbt_names_modules_by_group() -> None:
    text = (
        'name := "churn"\n// "no" % "comment" % "1"\n"a.b" %% "c" % "1.0",\n'
        '"dd" % "e" % version,\n"ff" % "g" % "1" % Test\n'
    )
    name, found = sbt(text)
    assert name == "churn"
    assert [(c.name, c.version, c.line) for c in found] == [("a.b:c", "1.0", 3), ("dd:e", "", 4)]


def test_nuget_is_read_with_versions_beside_and_inside() -> None:
    text = (
        '<Project>\n<PackageReference Include="A" Version="1.0" />\n'
        '<PackageReference Include="B">\n<Version>2.*</Version>\n</PackageReference>\n</Project>'
    )
    assert [(c.name, c.version, c.line) for c in nuget(text)] == [("A", "1.0", 2), ("B", "", 3)]


def test_a_lock_of_gradle_pins_every_line() -> None:
    assert [
        (c.name, c.version) for c in gradle_lock("# x\na.b:c:1.0=runtimeClasspath\nempty=\n")
    ] == [("a.b:c", "1.0")]


def test_the_bill_of_materials_names_them_once() -> None:
    found = fact_of(Inventory, {"pom.xml": POM}).packages
    assert [(p.ecosystem, p.name, p.version) for p in found] == [
        ("maven", "a.b:c", ""),
        ("maven", "ai.djl:api", "0.31.0"),
        ("maven", "x:managed", ""),
    ]


BOMB = '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><project>&b;</project>'
OUTSIDE = '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]><project>&a;</project>'


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (BOMB, "XML that declares entities of its own"),
        (OUTSIDE, "XML that declares entities of its own"),
        ("<a>" * 100_000, "XML with too many elements to examine"),
        ("<a>" + "<b/>" * 200_000 + "</a>", "XML with too many elements to examine"),
        ("<project", "not valid XML"),
        ("", "not valid XML"),
    ],
)
def test_hostile_xml_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        maven(text)


@pytest.mark.parametrize("read", [gradle, sbt, gradle_lock])
@pytest.mark.parametrize("text", ['"a" % ' * 200_000, "a:" * 200_000, "api('" * 200_000])
def test_hostile_text_takes_no_long_time(read: object, text: str) -> None:
    begun = time.process_time()
    assert callable(read)
    read(text)
    assert time.process_time() - begun < 5
