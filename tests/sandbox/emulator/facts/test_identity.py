"""Users, roles, providers, organizations."""

from sandbox.authorization.state import Resource
from tests.sandbox.emulator.conftest import ACCOUNT, PARTNER, Lab
from tests.sandbox.emulator.facts.conftest import (
    BLUE,
    EVERYTHING,
    TAGS,
    arns,
    facts,
    unregional,
)
from tests.sandbox.scenario import TRUST


def test_identities_have_paths_tags_and_boundaries(lab: Lab) -> None:
    iam = lab.client("iam")
    edge = iam.create_policy(PolicyName="edge", Path="/team/", PolicyDocument=EVERYTHING, Tags=TAGS)["Policy"]["Arn"]
    iam.create_role(
        RoleName="worker", Path="/team/", AssumeRolePolicyDocument=TRUST, Tags=TAGS, PermissionsBoundary=edge
    )
    iam.create_user(UserName="alice", Path="/team/", Tags=TAGS)
    role = Resource(unregional("iam", "role/team/worker"), ACCOUNT, BLUE, {"iam:PermissionsBoundary": (edge,)})
    assert facts(lab).find("iam:role", "worker") == role
    assert facts(lab).find("iam:role", role.arn) == role
    assert facts(lab).find("iam:user", "alice") == Resource(unregional("iam", "user/team/alice"), ACCOUNT, BLUE)
    assert facts(lab).find("iam:policy", edge) == Resource(edge, ACCOUNT, BLUE)
    # An ARN with another path is another's, though nobody has it.
    assert facts(lab).find("iam:role", unregional("iam", "role/worker")) is None
    assert facts(lab).find("iam:role", unregional("iam", "user/team/worker")) is None


def test_identity_providers_and_devices_are_found(lab: Lab) -> None:
    iam = lab.client("iam")
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="phone")["VirtualMFADevice"]["SerialNumber"]
    saml = iam.create_saml_provider(Name="idp", SAMLMetadataDocument="a" * 1024)["SAMLProviderArn"]
    oidc = iam.create_open_id_connect_provider(Url="https://example.com", ThumbprintList=[], ClientIDList=[])
    certificate = iam.upload_server_certificate(ServerCertificateName="web", CertificateBody="body", PrivateKey="key")[
        "ServerCertificateMetadata"
    ]["Arn"]
    assert arns(lab, "iam:mfa", device) == {device}
    assert arns(lab, "iam:saml-provider", saml, "idp") == {saml}
    assert arns(lab, "iam:oidc-provider", oidc["OpenIDConnectProviderArn"], "example.com") == {
        oidc["OpenIDConnectProviderArn"]
    }
    assert arns(lab, "iam:server-certificate", certificate, "web") == {certificate}


def test_a_policy_of_aws_is_there_before_iam_is_used(lab: Lab) -> None:
    arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    assert arns(lab, "iam:policy", arn) == {arn}
    assert arns(lab, "iam:policy", "arn:aws:iam::aws:policy/None") == {None}


def test_an_organization_is_seen_by_its_members(lab: Lab) -> None:
    client = lab.client("organizations")
    client.create_organization(FeatureSet="ALL")
    root = client.list_roots()["Roots"][0]
    unit = client.create_organizational_unit(ParentId=root["Id"], Name="teams")["OrganizationalUnit"]
    policy = client.create_policy(
        Name="guard", Description="", Type="SERVICE_CONTROL_POLICY", Content=EVERYTHING, Tags=TAGS
    )["Policy"]["PolicySummary"]
    client.create_account(Email="b@example.com", AccountName="b")
    organization = client.describe_organization()["Organization"]
    account = client.describe_account(AccountId=PARTNER)["Account"]
    full_access = "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess"
    for kind, identifier, arn in (
        ("organizations:root", root["Id"], root["Arn"]),
        ("organizations:organizationalunit", unit["Id"], unit["Arn"]),
        ("organizations:policy", policy["Id"], policy["Arn"]),
        ("organizations:awspolicy", "p-FullAWSAccess", full_access),
        ("organizations:organization", organization["Id"], organization["Arn"]),
        ("organizations:account", PARTNER, account["Arn"]),
        (
            "account:accountInOrganization",
            PARTNER,
            f"arn:aws:account::{ACCOUNT}:account/{organization['Id']}/{PARTNER}",
        ),
    ):
        for who in (ACCOUNT, PARTNER):
            found = facts(lab, who).find(kind, identifier)
            assert found is not None
            assert (found.arn, found.account_id) == (arn, ACCOUNT)
            assert facts(lab, who).find(kind, arn) == found
    tagged = facts(lab).find("organizations:policy", policy["Id"])
    assert tagged is not None
    assert tagged.tags == BLUE


def test_identity_center_is_found(full: Lab) -> None:
    sso = full.client("sso-admin")
    (instance,) = sso.list_instances()["Instances"]
    lab = Lab()
    made = lab.client("sso-admin")
    own = made.list_instances()["Instances"][0]
    permission = made.create_permission_set(Name="admin", InstanceArn=own["InstanceArn"], Tags=TAGS)["PermissionSet"]
    found = facts(lab).find("sso:PermissionSet", permission["PermissionSetArn"])
    assert found == Resource(permission["PermissionSetArn"], ACCOUNT, BLUE)
    assert arns(lab, "sso:Account", PARTNER) == {f"arn:aws:sso:::account/{PARTNER}"}
    store = lab.client("identitystore")
    user = store.create_user(
        IdentityStoreId=own["IdentityStoreId"],
        UserName="bob",
        DisplayName="Bob",
        Name={"GivenName": "B", "FamilyName": "B"},
    )["UserId"]
    group = store.create_group(IdentityStoreId=own["IdentityStoreId"], DisplayName="g")["GroupId"]
    member = store.create_group_membership(
        IdentityStoreId=own["IdentityStoreId"], GroupId=group, MemberId={"UserId": user}
    )["MembershipId"]
    assert arns(lab, "identitystore:User", user) == {f"arn:aws:identitystore:::user/{user}"}
    assert arns(lab, "identitystore:Group", group) == {f"arn:aws:identitystore:::group/{group}"}
    assert arns(lab, "identitystore:GroupMembership", member) == {f"arn:aws:identitystore:::membership/{member}"}
    assert facts(lab).find("sso:Instance", instance["InstanceArn"]) is None
