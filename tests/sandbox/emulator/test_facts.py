"""What the emulated state says about the resources that calls name."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.authorization.state import Resource
from sandbox.emulator.facts import KINDS, AccountFacts
from tests.sandbox.emulator.conftest import ACCOUNT, PARTNER, Lab, make_world
from tests.sandbox.scenario import TRUST, code_zip, populate

REGION = "eu-central-1"
TAGS = [{"Key": "team", "Value": "blue"}]
BLUE = {"team": "blue"}
EVERYTHING = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'


def regional(service: str, resource: str, account: str = ACCOUNT) -> str:
    return f"arn:aws:{service}:{REGION}:{account}:{resource}"


def unregional(service: str, resource: str) -> str:
    return f"arn:aws:{service}::{ACCOUNT}:{resource}"


def ec2(resource: str) -> str:
    return regional("ec2", resource)


def facts(lab: Lab, account: str = ACCOUNT, region: str = REGION) -> AccountFacts:
    return AccountFacts(lab.world, account, region)


@pytest.fixture(scope="module")
def full() -> Iterator[Lab]:
    """A lab with a little of everything, made once: nothing here changes it."""
    lab = Lab()
    populate(lab.client, ACCOUNT)
    yield lab


def arns(full: Lab, kind: str, *identifiers: str) -> set[str | None]:
    """What each of the identifiers turned out to mean."""
    found = [facts(full).find(kind, identifier) for identifier in identifiers]
    return {resource.arn if resource is not None else None for resource in found}


BY_NAME = [
    ("iam:user", "alice", unregional("iam", "user/alice")),
    ("iam:group", "readers", unregional("iam", "group/readers")),
    ("iam:role", "worker", unregional("iam", "role/worker")),
    ("sts:role", "worker", unregional("iam", "role/worker")),
    ("iam:policy", "all-s3", unregional("iam", "policy/all-s3")),
    ("iam:instance-profile", "web", unregional("iam", "instance-profile/web")),
    ("account:account", ACCOUNT, unregional("account", "account")),
    ("s3:bucket", "plum-otter", "arn:aws:s3:::plum-otter"),
    ("s3:object", "plum-otter/a b/ü%2F+", "arn:aws:s3:::plum-otter/a b/ü%2F+"),
    ("dynamodb:table", "orders", regional("dynamodb", "table/orders")),
    ("elasticache:cluster", "cache", regional("elasticache", "cluster:cache")),
    ("elasticache:user", "default", regional("elasticache", "user:default")),
    ("ecr:repository", "images", regional("ecr", "repository/images")),
    ("ecs:cluster", "tasks", regional("ecs", "cluster/tasks")),
    ("lambda:function", "fn", regional("lambda", "function:fn")),
    ("autoscaling:autoScalingGroup", "group", "*autoScalingGroupName/group"),
    ("autoscaling:launchConfiguration", "lc", "*launchConfigurationName/lc"),
    ("elasticloadbalancing:loadbalancer/app/", "front", "*loadbalancer/app/front/"),
    ("ec2:key-pair", "key", ec2("key-pair/key")),
    ("ec2:security-group", "default", "*security-group/sg-"),
    ("sqs:queue", "inbox", regional("sqs", "inbox")),
    ("sns:topic", "news", regional("sns", "news")),
    ("events:event-bus", "default", regional("events", "event-bus/default")),
    ("events:rule-on-default-event-bus", "hourly", regional("events", "rule/hourly")),
    ("kinesis:stream", "clicks", regional("kinesis", "stream/clicks")),
    ("states:statemachine", "flow", regional("states", "stateMachine:flow")),
    ("kms:key", "alias/data", "*:key/"),
    ("kms:alias", "alias/data", regional("kms", "alias/data")),
    ("secretsmanager:Secret", "db", "*:secret:db-"),
    ("ssm:parameter", "/app/url", regional("ssm", "parameter/app/url")),
    ("logs:log-group", "/app", regional("logs", "log-group:/app")),
    ("logs:log-stream", "/app:log-stream:one", regional("logs", "log-group:/app:log-stream:one")),
    ("cloudwatch:alarm", "busy", regional("cloudwatch", "alarm:busy")),
    ("cloudtrail:trail", "audit", regional("cloudtrail", "trail/audit")),
    ("budgets:budget", "month", unregional("budgets", "budget/month")),
    ("ce:costcategory", "teams", "*:costcategory/"),
    ("cloudformation:stack", "made", "*:stack/made/"),
    ("codebuild:project", "shop", regional("codebuild", "project/shop")),
    ("codedeploy:application", "shop", regional("codedeploy", "application:shop")),
]


@pytest.mark.parametrize(("kind", "name", "expected"), BY_NAME, ids=[kind for kind, _, _ in BY_NAME])
def test_a_name_and_the_arn_mean_the_same_resource(full: Lab, kind: str, name: str, expected: str) -> None:
    found = facts(full).find(kind, name)
    assert found is not None
    assert found.account_id == ACCOUNT
    assert expected.removeprefix("*") in found.arn if expected.startswith("*") else found.arn == expected
    if not kind.startswith("ec2:security") and ":account:" not in found.arn:
        assert facts(full).find(kind, found.arn) == found
    assert facts(full).find(kind, "none") is None


def only(answer: list[Any]) -> Any:
    assert len(answer) == 1
    return answer[0]


BY_ID = [
    ("cognito-idp:userpool", "cognito-idp", "list_user_pools", {"MaxResults": 1}, "UserPools", "Id", "userpool/"),
    (
        "cognito-identity:identitypool",
        "cognito-identity",
        "list_identity_pools",
        {"MaxResults": 1},
        "IdentityPools",
        "IdentityPoolId",
        "identitypool/",
    ),
    ("apigateway:RestApi", "apigateway", "get_rest_apis", {}, "items", "id", "::/restapis/"),
    ("route53:hostedzone", "route53", "list_hosted_zones", {}, "HostedZones", "Id", "arn:aws:route53::"),
    ("acm:certificate", "acm", "list_certificates", {}, "CertificateSummaryList", "CertificateArn", "certificate/"),
    ("sso:Instance", "sso-admin", "list_instances", {}, "Instances", "InstanceArn", "arn:aws:sso:::instance/"),
    (
        "identitystore:Identitystore",
        "sso-admin",
        "list_instances",
        {},
        "Instances",
        "IdentityStoreId",
        "identitystore/d-",
    ),
    ("organizations:root", "organizations", "list_roots", {}, "Roots", "Id", "root/o-"),
    ("organizations:account", "organizations", "list_accounts", {}, "Accounts", "Id", "account/o-"),
    ("ec2:instance", "ec2", "describe_instances", {}, "Reservations", "Instances", "instance/i-"),
    ("ec2:volume", "ec2", "describe_volumes", {}, "Volumes", "VolumeId", "volume/vol-"),
]


@pytest.mark.parametrize(
    ("kind", "service", "method", "parameters", "members", "name", "expected"), BY_ID, ids=[row[0] for row in BY_ID]
)
def test_an_id_means_its_resource(
    full: Lab,
    kind: str,
    service: str,
    method: str,
    parameters: dict[str, Any],
    members: str,
    name: str,
    expected: str,
) -> None:
    identifier = only(getattr(full.client(service), method)(**parameters)[members])[name]
    if isinstance(identifier, list):
        identifier = identifier[0]["InstanceId"]
    found = facts(full).find(kind, identifier)
    assert found is not None
    assert expected in found.arn
    assert found.account_id == ACCOUNT
    assert facts(full).find(kind, found.arn) == found


def test_network_resources_are_found_by_id(full: Lab) -> None:
    client = full.client("ec2")
    for kind, method, members, name in (
        ("ec2:vpc", "describe_vpcs", "Vpcs", "VpcId"),
        ("ec2:subnet", "describe_subnets", "Subnets", "SubnetId"),
        ("ec2:route-table", "describe_route_tables", "RouteTables", "RouteTableId"),
        ("ec2:network-acl", "describe_network_acls", "NetworkAcls", "NetworkAclId"),
        ("ec2:network-interface", "describe_network_interfaces", "NetworkInterfaces", "NetworkInterfaceId"),
        ("ec2:prefix-list", "describe_managed_prefix_lists", "PrefixLists", "PrefixListId"),
        ("ec2:security-group", "describe_security_groups", "SecurityGroups", "GroupId"),
        ("ec2:security-group-rule", "describe_security_group_rules", "SecurityGroupRules", "SecurityGroupRuleId"),
    ):
        identifier = getattr(client, method)()[members][0][name]
        arn = ec2(f"{kind.removeprefix('ec2:')}/{identifier}")
        assert arns(full, kind, identifier, arn) == {arn}
        assert arns(full, kind, "none") == {None}


def test_images_and_snapshots_have_arns_without_an_account(full: Lab) -> None:
    image = full.client("ec2").describe_images(Owners=["amazon"])["Images"][0]
    found = facts(full).find("ec2:image", image["ImageId"])
    assert found is not None
    assert found.arn == f"arn:aws:ec2:{REGION}::image/{image['ImageId']}"
    assert found.keys["ec2:Owner"] == ("amazon",)
    assert found.keys["ec2:Public"] == ("true",)
    assert found.keys["ec2:ImageType"] == ("machine",)
    (snapshot,) = facts(full).linked("ec2:image", image["ImageId"], "ec2:snapshot")
    assert snapshot.arn.startswith(f"arn:aws:ec2:{REGION}::snapshot/snap-")
    assert facts(full).find("ec2:snapshot", snapshot.arn) == snapshot
    # Before EC2 is used there, a region's images are known all the same.
    fresh = facts(Lab()).find("ec2:image", image["ImageId"])
    assert fresh == found


def test_an_instance_has_its_condition_keys_and_what_belongs_to_it() -> None:
    lab = Lab()
    lab.client("iam").create_role(RoleName="worker", AssumeRolePolicyDocument=TRUST)
    lab.client("iam").create_instance_profile(InstanceProfileName="web", Path="/team/")
    lab.client("iam").add_role_to_instance_profile(InstanceProfileName="web", RoleName="worker")
    client = lab.client("ec2")
    client.create_key_pair(KeyName="key")
    image = client.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    subnet = client.describe_subnets()["Subnets"][0]
    made = client.run_instances(
        ImageId=image,
        InstanceType="t3.micro",
        KeyName="key",
        MinCount=1,
        MaxCount=1,
        SubnetId=subnet["SubnetId"],
        IamInstanceProfile={"Name": "web"},
        TagSpecifications=[{"ResourceType": "instance", "Tags": TAGS}],
    )["Instances"][0]
    identifier = made["InstanceId"]
    found = facts(lab).find("ec2:instance", identifier)
    assert found is not None
    assert found.tags == BLUE
    expected = {
        "ec2:InstanceID": identifier,
        "ec2:InstanceType": "t3.micro",
        "ec2:Region": REGION,
        "ec2:AvailabilityZone": subnet["AvailabilityZone"],
        "ec2:Tenancy": "default",
        "ec2:InstanceProfile": unregional("iam", "instance-profile/team/web"),
        "ec2:RootDeviceType": "ebs",
        "ec2:EbsOptimized": "false",
        "ec2:InstanceMarketType": "on-demand",
        "ec2:MetadataHttpTokens": "required",
    }
    assert {name: found.keys[name] for name in expected} == {name: (value,) for name, value in expected.items()}
    links = {
        kind: [resource.arn for resource in facts(lab).linked("ec2:instance", identifier, kind)]
        for kind in KINDS["ec2:instance"].links
    }
    assert links["ec2:subnet"] == [ec2(f"subnet/{subnet['SubnetId']}")]
    assert links["ec2:vpc"] == [ec2(f"vpc/{subnet['VpcId']}")]
    assert links["ec2:key-pair"] == [ec2("key-pair/key")]
    assert links["ec2:image"] == [f"arn:aws:ec2:{REGION}::image/{image}"]
    assert links["iam:instance-profile"] == [unregional("iam", "instance-profile/team/web")]
    assert [len(links[kind]) for kind in ("ec2:volume", "ec2:network-interface", "ec2:security-group")] == [1, 1, 1]
    (role,) = facts(lab).linked("iam:instance-profile", "web", "iam:role")
    assert role.arn == unregional("iam", "role/worker")
    (association,) = client.describe_iam_instance_profile_associations()["IamInstanceProfileAssociations"]
    assert facts(lab).find("ec2:instance", association["AssociationId"]) == found
    (volume,) = facts(lab).linked("ec2:instance", identifier, "ec2:volume")
    assert volume.keys["ec2:VolumeType"] == ("gp2",)
    assert volume.keys["ec2:Encrypted"] == ("false",)
    assert facts(lab).linked("ec2:volume", volume.arn, "ec2:instance") == (found,)
    (interface,) = facts(lab).linked("ec2:instance", identifier, "ec2:network-interface")
    assert interface.keys["ec2:Subnet"] == (ec2(f"subnet/{subnet['SubnetId']}"),)
    attached = client.describe_network_interfaces()["NetworkInterfaces"][0]["Attachment"]["AttachmentId"]
    assert facts(lab).find("ec2:network-interface", attached) == interface


def test_networks_tell_of_their_vpc_and_associations_of_their_resource(lab: Lab) -> None:
    client = lab.client("ec2")
    vpc = client.create_vpc(CidrBlock="10.1.0.0/16", InstanceTenancy="dedicated")["Vpc"]["VpcId"]
    subnet = client.create_subnet(VpcId=vpc, CidrBlock="10.1.0.0/24")["Subnet"]["SubnetId"]
    group = client.create_security_group(GroupName="web", Description="web", VpcId=vpc)["GroupId"]
    table = client.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    route = client.associate_route_table(RouteTableId=table, SubnetId=subnet)["AssociationId"]
    address = client.allocate_address(Domain="vpc")
    interface = client.create_network_interface(SubnetId=subnet)["NetworkInterface"]["NetworkInterfaceId"]
    taken = client.associate_address(AllocationId=address["AllocationId"], NetworkInterfaceId=interface)
    acls = client.describe_network_acls(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["NetworkAcls"]
    acl = acls[0]["Associations"][0]["NetworkAclAssociationId"]
    seen = facts(lab)
    arn = ec2(f"vpc/{vpc}")
    for kind, identifier in (
        ("ec2:subnet", subnet),
        ("ec2:security-group", group),
        ("ec2:route-table", route),
        ("ec2:network-acl", acl),
        ("ec2:network-interface", interface),
    ):
        found = seen.find(kind, identifier)
        assert found is not None
        assert found.keys["ec2:Vpc"] == (arn,)
        assert [one.arn for one in seen.linked(kind, identifier, "ec2:vpc")] == [arn]
    elastic = ec2(f"elastic-ip/{address['AllocationId']}")
    for identifier in (address["AllocationId"], taken["AssociationId"], address["PublicIp"], elastic):
        assert arns(lab, "ec2:elastic-ip", identifier) == {elastic}
    assert [one.arn for one in seen.linked("ec2:elastic-ip", elastic, "ec2:network-interface")] == [
        ec2(f"network-interface/{interface}")
    ]
    whole = seen.find("ec2:vpc", vpc)
    assert whole is not None
    assert whole.keys["ec2:Tenancy"] == ("dedicated",)
    assert [one.arn for one in seen.linked("ec2:route-table", table, "ec2:subnet")] == [ec2(f"subnet/{subnet}")]
    # EC2 takes a group's name as one of the default VPC's.
    assert seen.find("ec2:security-group", "web") is None


def test_gateways_and_endpoints_are_found(lab: Lab) -> None:
    client = lab.client("ec2")
    vpc = client.describe_vpcs()["Vpcs"][0]["VpcId"]
    subnet = client.describe_subnets()["Subnets"][0]["SubnetId"]
    internet = client.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    client.attach_internet_gateway(InternetGatewayId=internet, VpcId=vpc)
    made = {
        "internet-gateway": internet,
        "egress-only-internet-gateway": client.create_egress_only_internet_gateway(VpcId=vpc)[
            "EgressOnlyInternetGateway"
        ]["EgressOnlyInternetGatewayId"],
        "natgateway": client.create_nat_gateway(SubnetId=subnet, ConnectivityType="private")["NatGateway"][
            "NatGatewayId"
        ],
        "carrier-gateway": client.create_carrier_gateway(VpcId=vpc)["CarrierGateway"]["CarrierGatewayId"],
        "customer-gateway": client.create_customer_gateway(Type="ipsec.1", PublicIp="1.2.3.4", BgpAsn=65000)[
            "CustomerGateway"
        ]["CustomerGatewayId"],
        "vpn-gateway": client.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"],
        "dhcp-options": client.create_dhcp_options(
            DhcpConfigurations=[{"Key": "domain-name", "Values": ["example.com"]}]
        )["DhcpOptions"]["DhcpOptionsId"],
        "transit-gateway": client.create_transit_gateway()["TransitGateway"]["TransitGatewayId"],
        "vpc-endpoint": client.create_vpc_endpoint(VpcId=vpc, ServiceName=f"com.amazonaws.{REGION}.s3")["VpcEndpoint"][
            "VpcEndpointId"
        ],
        "launch-template": client.create_launch_template(
            LaunchTemplateName="web", LaunchTemplateData={"InstanceType": "t3.micro"}
        )["LaunchTemplate"]["LaunchTemplateId"],
        "traffic-mirror-filter": client.create_traffic_mirror_filter()["TrafficMirrorFilter"]["TrafficMirrorFilterId"],
        "dedicated-host": client.allocate_hosts(AvailabilityZone=f"{REGION}a", InstanceType="m5.large", Quantity=1)[
            "HostIds"
        ][0],
        "vpc-flow-log": client.create_flow_logs(
            ResourceIds=[vpc],
            ResourceType="VPC",
            TrafficType="ALL",
            LogDestinationType="s3",
            LogDestination="arn:aws:s3:::" + make_bucket(lab),
        )["FlowLogIds"][0],
        "subnet-cidr-reservation": client.create_subnet_cidr_reservation(
            SubnetId=subnet, Cidr="172.31.0.16/28", ReservationType="explicit"
        )["SubnetCidrReservation"]["SubnetCidrReservationId"],
    }
    vpn = client.create_vpn_connection(
        Type="ipsec.1", CustomerGatewayId=made["customer-gateway"], VpnGatewayId=made["vpn-gateway"]
    )
    made["vpn-connection"] = vpn["VpnConnection"]["VpnConnectionId"]
    tables = client.describe_transit_gateway_route_tables()["TransitGatewayRouteTables"]
    made["transit-gateway-route-table"] = tables[0]["TransitGatewayRouteTableId"]
    attachment = client.create_transit_gateway_vpc_attachment(
        TransitGatewayId=made["transit-gateway"], VpcId=vpc, SubnetIds=[subnet]
    )
    made["transit-gateway-attachment"] = attachment["TransitGatewayVpcAttachment"]["TransitGatewayAttachmentId"]
    for word, identifier in made.items():
        arn = ec2(f"{word}/{identifier}")
        assert arns(lab, f"ec2:{word}", identifier, arn) == {arn}
    assert arns(lab, "ec2:launch-template", "web") == {ec2(f"launch-template/{made['launch-template']}")}
    endpoint = facts(lab).find("ec2:vpc-endpoint", made["vpc-endpoint"])
    assert endpoint is not None
    assert endpoint.keys["ec2:VpceServiceName"] == (f"com.amazonaws.{REGION}.s3",)
    linked = facts(lab).linked("ec2:vpn-connection", made["vpn-connection"], "ec2:vpn-gateway")
    assert [one.arn for one in linked] == [ec2(f"vpn-gateway/{made['vpn-gateway']}")]


def make_bucket(lab: Lab, account: str = ACCOUNT) -> str:
    lab.client("s3", account=account, region="us-east-1").create_bucket(Bucket="plum-otter")
    return "plum-otter"


def test_a_peering_knows_both_vpcs(lab: Lab) -> None:
    one = lab.client("ec2").create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    other = lab.client("ec2", account=PARTNER).create_vpc(CidrBlock="10.2.0.0/16")["Vpc"]["VpcId"]
    made = lab.client("ec2").create_vpc_peering_connection(VpcId=one, PeerVpcId=other, PeerOwnerId=PARTNER)
    identifier = made["VpcPeeringConnection"]["VpcPeeringConnectionId"]
    found = facts(lab).find("ec2:vpc-peering-connection", identifier)
    assert found is not None
    assert found.keys["ec2:RequesterVpc"] == (ec2(f"vpc/{one}"),)
    assert found.keys["ec2:AccepterVpc"] == (regional("ec2", f"vpc/{other}", PARTNER),)
    linked = facts(lab).linked("ec2:vpc-peering-connection", identifier, "ec2:vpc")
    assert [resource.account_id for resource in linked] == [ACCOUNT, PARTNER]


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


def test_a_buckets_owner_is_told_to_everybody(lab: Lab) -> None:
    make_bucket(lab, PARTNER)
    client = lab.client("s3", account=PARTNER)
    client.put_bucket_versioning(Bucket="plum-otter", VersioningConfiguration={"Status": "Enabled"})
    first = client.put_object(Bucket="plum-otter", Key="k", Body=b"1", Tagging="team=blue")["VersionId"]
    client.put_object(Bucket="plum-otter", Key="k", Body=b"2", Tagging="team=red")
    assert facts(lab).find("s3:bucket", "plum-otter") == Resource("arn:aws:s3:::plum-otter", PARTNER)
    newest = facts(lab).find("s3:object", "plum-otter/k")
    assert newest == Resource("arn:aws:s3:::plum-otter/k", PARTNER, {}, {"s3:ExistingObjectTag/team": ("red",)})
    older = facts(lab).find("s3:object", f"arn:aws:s3:::plum-otter/k\0{first}")
    assert older is not None
    assert older.keys == {"s3:ExistingObjectTag/team": ("blue",)}
    client.delete_object(Bucket="plum-otter", Key="k")
    assert facts(lab).find("s3:object", "plum-otter/k") is None
    assert facts(lab).find("s3:object", "none/k") is None
    # A name that strangers took is nobody's here.
    assert facts(lab).find("s3:bucket", "my-bucket") is None


def test_an_access_point_says_whose_it_is(lab: Lab) -> None:
    bucket = make_bucket(lab)
    made = lab.client("s3control").create_access_point(AccountId=ACCOUNT, Name="door", Bucket=bucket)
    found = facts(lab).find("s3:accesspoint", "door")
    assert found is not None
    assert found.arn == made["AccessPointArn"]
    assert found.keys["s3:DataAccessPointAccount"] == (ACCOUNT,)
    assert [one.arn for one in facts(lab).linked("s3:accesspoint", "door", "s3:bucket")] == ["arn:aws:s3:::plum-otter"]


def test_indexes_and_streams_lie_below_their_table(lab: Lab) -> None:
    client = lab.client("dynamodb")
    client.create_table(
        TableName="orders",
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "day", "AttributeType": "S"},
        ],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-day",
                "KeySchema": [{"AttributeName": "day", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
        Tags=TAGS,
    )
    table = regional("dynamodb", "table/orders")
    assert facts(lab).find("dynamodb:table", "orders") == Resource(table, ACCOUNT, BLUE, {"partition-key": ("pk",)})
    index = Resource(f"{table}/index/by-day", ACCOUNT, BLUE, {"partition-key": ("day",)})
    assert facts(lab).find("dynamodb:index", "orders/index/by-day") == index
    assert facts(lab).linked("dynamodb:table", table, "dynamodb:index") == (index,)
    assert facts(lab).find("dynamodb:index", "orders/index/none") is None
    stream = client.describe_table(TableName="orders")["Table"]["LatestStreamArn"]
    assert arns(lab, "dynamodb:stream", stream) == {stream}
    assert [one.arn for one in facts(lab).linked("dynamodb:stream", stream, "dynamodb:table")] == [table]
    backup = client.create_backup(TableName="orders", BackupName="nightly")["BackupDetails"]["BackupArn"]
    assert arns(lab, "dynamodb:backup", backup) == {backup}
    assert [one.arn for one in facts(lab).linked("dynamodb:backup", backup, "dynamodb:table")] == [table]


def test_a_key_goes_by_many_names(lab: Lab) -> None:
    kms = lab.client("kms")
    key = kms.create_key(Tags=[{"TagKey": "team", "TagValue": "blue"}])["KeyMetadata"]
    kms.create_alias(AliasName="alias/data", TargetKeyId=key["KeyId"])
    blob = kms.encrypt(KeyId="alias/data", Plaintext=b"x")["CiphertextBlob"]
    ciphertext = "ciphertext:" + base64.b64encode(blob).decode()
    expected = Resource(
        key["Arn"],
        ACCOUNT,
        BLUE,
        {
            "kms:KeyOrigin": ("AWS_KMS",),
            "kms:KeySpec": ("SYMMETRIC_DEFAULT",),
            "kms:KeyUsage": ("ENCRYPT_DECRYPT",),
            "kms:MultiRegion": ("false",),
            "kms:ResourceAliases": ("alias/data",),
        },
    )
    for name in (key["KeyId"], key["Arn"], "alias/data", regional("kms", "alias/data"), ciphertext):
        assert facts(lab).find("kms:key", name) == expected
    assert facts(lab).linked("kms:alias", "alias/data", "kms:key") == (expected,)
    assert [one.arn for one in facts(lab).linked("kms:key", key["KeyId"], "kms:alias")] == [
        regional("kms", "alias/data")
    ]
    # A partner's ciphertext names no account, its key is found nevertheless; in another region it is not.
    assert facts(lab, PARTNER).find("kms:key", ciphertext) == expected
    assert facts(lab, region="eu-west-1").find("kms:key", ciphertext) is None
    for broken in ("ciphertext:", "ciphertext:%%%", "ciphertext:" + base64.b64encode(b"\xff" * 80).decode()):
        assert facts(lab).find("kms:key", broken) is None


def test_a_secret_is_found_by_part_of_its_arn(lab: Lab) -> None:
    key = lab.client("kms").create_key()["KeyMetadata"]
    client = lab.client("secretsmanager")
    arn = client.create_secret(Name="db-main", SecretString="s", Tags=TAGS, KmsKeyId=key["KeyId"])["ARN"]
    partial = arn.rpartition("-")[0]
    for name in ("db-main", arn, partial):
        assert facts(lab).find("secretsmanager:Secret", name) == Resource(arn, ACCOUNT, BLUE)
    assert facts(lab).find("secretsmanager:Secret", partial.rpartition("-")[0]) is None
    assert [one.arn for one in facts(lab).linked("secretsmanager:Secret", arn, "kms:key")] == [key["Arn"]]


def test_a_queue_is_found_by_its_url_and_a_topic_by_a_subscription(lab: Lab) -> None:
    url = lab.client("sqs").create_queue(QueueName="inbox", tags=BLUE)["QueueUrl"]
    queue = Resource(regional("sqs", "inbox"), ACCOUNT, BLUE)
    assert (
        facts(lab, PARTNER, "eu-west-1").find("sqs:queue", f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/inbox")
        == queue
    )
    assert facts(lab, PARTNER).find("sqs:queue", url) == queue
    for other in (f"https://{REGION}.queue.amazonaws.com/{ACCOUNT}/inbox", f"http://localhost/aws/{ACCOUNT}/inbox"):
        assert facts(lab, PARTNER).find("sqs:queue", other) == queue
    assert facts(lab, PARTNER).find("sqs:queue", "inbox") is None
    sns = lab.client("sns")
    topic = sns.create_topic(Name="news", Tags=TAGS)["TopicArn"]
    subscription = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue.arn)["SubscriptionArn"]
    assert facts(lab).find("sns:topic", subscription) == Resource(topic, ACCOUNT, BLUE)


def test_a_functions_names_all_mean_the_function(lab: Lab) -> None:
    lab.client("iam").create_role(RoleName="worker", AssumeRolePolicyDocument=TRUST)
    client = lab.client("lambda")
    layer = client.publish_layer_version(LayerName="tools", Content={"ZipFile": code_zip()})["LayerVersionArn"]
    arn = client.create_function(
        FunctionName="fn",
        Runtime="python3.13",
        Role=unregional("iam", "role/worker"),
        Handler="fn.handler",
        Code={"ZipFile": code_zip()},
        Layers=[layer],
        Tags=BLUE,
    )["FunctionArn"]
    version = client.publish_version(FunctionName="fn")["Version"]
    client.create_alias(FunctionName="fn", Name="live", FunctionVersion=version)
    function = Resource(arn, ACCOUNT, BLUE)
    names = ("fn", "fn:live", f"{ACCOUNT}:function:fn", arn, f"{arn}:live", f"{arn}:$LATEST")
    assert [facts(lab).find("lambda:function", name) for name in names] == [function] * len(names)
    assert facts(lab, PARTNER).find("lambda:function", f"{ACCOUNT}:function:fn") == function
    assert arns(lab, "lambda:function alias", "fn:live", f"{arn}:live") == {f"{arn}:live"}
    assert arns(lab, "lambda:function version", f"fn:{version}", f"{arn}:{version}") == {f"{arn}:{version}"}
    assert arns(lab, "lambda:function alias", "fn", f"fn:{version}") == {None}
    assert arns(lab, "lambda:function version", "fn", "fn:live") == {None}
    assert [one.arn for one in facts(lab).linked("lambda:function", "fn", "lambda:layerVersion")] == [layer]
    assert [one.arn for one in facts(lab).linked("lambda:function", "fn", "iam:role")] == [
        unregional("iam", "role/worker")
    ]
    assert facts(lab).linked("lambda:function alias", "fn:live", "lambda:function") == (function,)
    assert arns(lab, "lambda:layerVersion", layer, "tools:1") == {layer}
    assert arns(lab, "lambda:layer", "tools") == {layer.rpartition(":")[0]}
    lab.client("sqs").create_queue(QueueName="inbox")
    mapping = client.create_event_source_mapping(EventSourceArn=regional("sqs", "inbox"), FunctionName="fn")
    found = facts(lab).find("lambda:eventSourceMapping", mapping["UUID"])
    assert found is not None
    assert found.keys["lambda:FunctionArn"] == (arn,)
    assert facts(lab).linked("lambda:eventSourceMapping", mapping["UUID"], "lambda:function") == (function,)


def test_ecs_names_lie_in_their_cluster(lab: Lab) -> None:
    ecs = lab.client("ecs")
    ecs.create_cluster(clusterName="tasks", tags=[{"key": "team", "value": "blue"}])
    for _ in range(2):
        ecs.register_task_definition(
            family="web",
            taskRoleArn=unregional("iam", "role/worker"),
            containerDefinitions=[{"name": "c", "image": "i", "memory": 64}],
        )
    lab.client("iam").create_role(RoleName="worker", AssumeRolePolicyDocument=TRUST)
    made = ecs.create_service(cluster="tasks", serviceName="front", taskDefinition="web:1", desiredCount=0)["service"]
    cluster = facts(lab).find("ecs:cluster", "tasks")
    assert cluster == Resource(regional("ecs", "cluster/tasks"), ACCOUNT, BLUE)
    assert arns(lab, "ecs:service", made["serviceArn"], "front", "tasks/front") == {made["serviceArn"]}
    assert arns(lab, "ecs:service", "other/front") == {None}
    service = facts(lab).find("ecs:service", "front")
    assert service is not None
    assert service.keys == {"ecs:cluster": (regional("ecs", "cluster/tasks"),)}
    assert facts(lab).linked("ecs:service", "front", "ecs:cluster") == (cluster,)
    assert arns(lab, "ecs:task-definition", "web", "web:2") == {regional("ecs", "task-definition/web:2")}
    assert arns(lab, "ecs:task-definition", "web:1") == {regional("ecs", "task-definition/web:1")}
    assert arns(lab, "ecs:task-definition", "web:x", "none") == {None}
    assert [one.arn for one in facts(lab).linked("ecs:task-definition", "web", "iam:role")] == [
        unregional("iam", "role/worker")
    ]


def test_balancers_have_listeners_rules_and_targets(lab: Lab) -> None:
    subnets = [subnet["SubnetId"] for subnet in lab.client("ec2").describe_subnets()["Subnets"]][:2]
    elb = lab.client("elbv2")
    balancer = elb.create_load_balancer(Name="front", Subnets=subnets, Tags=TAGS)["LoadBalancers"][0]
    network = elb.create_load_balancer(Name="net", Type="network", Subnets=subnets)["LoadBalancers"][0]
    vpc = balancer["VpcId"]
    group = elb.create_target_group(Name="web", Protocol="HTTP", Port=80, VpcId=vpc)["TargetGroups"][0]
    action = [{"Type": "forward", "TargetGroupArn": group["TargetGroupArn"]}]
    listener = elb.create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"], Protocol="HTTP", Port=80, DefaultActions=action
    )["Listeners"][0]["ListenerArn"]
    rule = elb.create_rule(
        ListenerArn=listener,
        Priority=1,
        Conditions=[{"Field": "path-pattern", "Values": ["/a"]}],
        Actions=action,
    )["Rules"][0]["RuleArn"]
    kind = "elasticloadbalancing:loadbalancer/"
    assert facts(lab).find(f"{kind}app/", "front") == Resource(balancer["LoadBalancerArn"], ACCOUNT, BLUE)
    assert facts(lab).find(f"{kind}net/", "front") is None
    assert arns(lab, f"{kind}net/", network["LoadBalancerArn"]) == {network["LoadBalancerArn"]}
    assert arns(lab, "elasticloadbalancing:listener/app", listener) == {listener}
    assert arns(lab, "elasticloadbalancing:listener/net", listener) == {None}
    assert arns(lab, "elasticloadbalancing:listener-rule/app", rule) == {rule}
    assert arns(lab, "elasticloadbalancing:targetgroup", "web") == {group["TargetGroupArn"]}
    assert len(facts(lab).linked(f"{kind}app/", "front", "ec2:subnet")) == 2


def test_rules_of_other_buses_are_another_kind(lab: Lab) -> None:
    events = lab.client("events")
    bus = events.create_event_bus(Name="shop", Tags=TAGS)["EventBusArn"]
    pattern = json.dumps({"source": ["shop"]})
    rule = events.put_rule(Name="sold", EventBusName="shop", EventPattern=pattern)["RuleArn"]
    assert facts(lab).find("events:event-bus", "shop") == Resource(bus, ACCOUNT, BLUE)
    assert arns(lab, "events:rule-on-custom-event-bus", "shop/sold", rule) == {rule}
    assert arns(lab, "events:rule-on-default-event-bus", "shop/sold", "sold") == {None}
    role = lab.client("iam").create_role(RoleName="worker", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    lab.client("sqs").create_queue(QueueName="inbox")
    queue = regional("sqs", "inbox")
    events.put_targets(Rule="sold", EventBusName="shop", Targets=[{"Id": "1", "Arn": queue, "RoleArn": role}])
    linked = facts(lab).linked("events:rule-on-custom-event-bus", rule, "iam:role")
    assert [one.arn for one in linked] == [role]
    assert [one.arn for one in facts(lab).linked("events:rule-on-custom-event-bus", rule, "sqs:queue")] == [queue]
    archive = events.create_archive(ArchiveName="all", EventSourceArn=bus)["ArchiveArn"]
    connection = events.create_connection(
        Name="c",
        AuthorizationType="API_KEY",
        AuthParameters={"ApiKeyAuthParameters": {"ApiKeyName": "k", "ApiKeyValue": "v"}},
    )["ConnectionArn"]
    events.create_api_destination(
        Name="d", ConnectionArn=connection, InvocationEndpoint="https://example.com", HttpMethod="POST"
    )
    assert arns(lab, "events:archive", "all") == {archive}
    assert arns(lab, "events:connection", "c", connection) == {regional("events", "connection/c")}
    assert arns(lab, "events:api-destination", "d") == {regional("events", "api-destination/d")}


def test_state_machines_have_executions_and_activities(full: Lab) -> None:
    lab = Lab()
    states = lab.client("stepfunctions")
    role = lab.client("iam").create_role(RoleName="worker", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    machine = states.create_state_machine(
        name="flow",
        definition='{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}',
        roleArn=role,
        tags=[{"key": "team", "value": "blue"}],
        publish=True,
    )
    execution = states.start_execution(stateMachineArn=machine["stateMachineArn"])["executionArn"]
    activity = states.create_activity(name="manual")["activityArn"]
    found = Resource(machine["stateMachineArn"], ACCOUNT, BLUE)
    assert facts(lab).find("states:statemachine", "flow") == found
    assert arns(lab, "states:execution", execution) == {execution}
    assert facts(lab).linked("states:execution", execution, "states:statemachine") == (found,)
    assert [one.arn for one in facts(lab).linked("states:statemachine", "flow", "iam:role")] == [role]
    assert arns(lab, "states:activity", activity, "manual") == {activity}
    version = machine["stateMachineVersionArn"]
    assert arns(lab, "states:statemachineversion", version) == {version}
    alias = states.create_state_machine_alias(
        name="live", routingConfiguration=[{"stateMachineVersionArn": version, "weight": 100}]
    )["stateMachineAliasArn"]
    assert arns(lab, "states:statemachinealias", alias) == {alias}


def test_a_streams_consumer_is_found(lab: Lab) -> None:
    kinesis = lab.client("kinesis")
    kinesis.create_stream(StreamName="clicks", ShardCount=1)
    arn = regional("kinesis", "stream/clicks")
    consumer = kinesis.register_stream_consumer(StreamARN=arn, ConsumerName="c")["Consumer"]["ConsumerARN"]
    assert arns(lab, "kinesis:consumer", consumer) == {consumer}
    assert [one.arn for one in facts(lab).linked("kinesis:consumer", consumer, "kinesis:stream")] == [arn]


def test_parameters_have_arns_with_one_slash(lab: Lab) -> None:
    key = lab.client("kms").create_key()["KeyMetadata"]
    ssm = lab.client("ssm")
    ssm.put_parameter(Name="/app/url", Value="u", Type="String", Tags=TAGS)
    ssm.put_parameter(Name="plain", Value="u", Type="SecureString", KeyId=key["KeyId"])
    url = Resource(regional("ssm", "parameter/app/url"), ACCOUNT, BLUE)
    for name in ("/app/url", "/app/url:1", url.arn):
        assert facts(lab).find("ssm:parameter", name) == url
    assert arns(lab, "ssm:parameter", "plain", regional("ssm", "parameter/plain")) == {
        regional("ssm", "parameter/plain")
    }
    assert [one.arn for one in facts(lab).linked("ssm:parameter", "plain", "kms:key")] == [key["Arn"]]
    assert facts(lab).linked("ssm:parameter", "/app/url", "kms:key") == ()
    public = "/aws/service/global-infrastructure/regions/eu-central-1"
    assert arns(lab, "ssm:parameter", public) == {f"arn:aws:ssm:{REGION}::parameter{public}"}
    content = '{"schemaVersion": "2.2", "description": "d", "parameters": {}, "mainSteps": []}'
    ssm.create_document(Content=content, Name="setup", DocumentType="Command", DocumentFormat="JSON", Tags=TAGS)
    assert facts(lab).find("ssm:document", "setup") == Resource(
        regional("ssm", "document/setup"), ACCOUNT, BLUE, {"ssm:DocumentType": ("Command",)}
    )
    window = ssm.create_maintenance_window(
        Name="window", Schedule="rate(1 day)", Duration=2, Cutoff=1, AllowUnassociatedTargets=True
    )["WindowId"]
    baseline = ssm.create_patch_baseline(Name="baseline")["BaselineId"]
    assert arns(lab, "ssm:maintenancewindow", window) == {regional("ssm", f"maintenancewindow/{window}")}
    assert arns(lab, "ssm:patchbaseline", baseline) == {regional("ssm", f"patchbaseline/{baseline}")}


def test_a_deleted_stack_is_found_only_by_its_id(lab: Lab) -> None:
    client = lab.client("cloudformation")
    template = "Resources: {Queue: {Type: 'AWS::SQS::Queue'}}"
    arn = client.create_stack(StackName="made", TemplateBody=template, Tags=TAGS)["StackId"]
    stack = Resource(arn, ACCOUNT, BLUE)
    assert facts(lab).find("cloudformation:stack", "made") == stack
    change = client.create_change_set(
        StackName="made", ChangeSetName="change", TemplateBody=template, ChangeSetType="UPDATE"
    )["Id"]
    assert arns(lab, "cloudformation:changeset", "change", change) == {change}
    assert facts(lab).linked("cloudformation:changeset", "change", "cloudformation:stack") == (stack,)
    client.delete_stack(StackName="made")
    assert facts(lab).find("cloudformation:stack", "made") is None
    assert facts(lab).find("cloudformation:stack", arn) is not None
    client.create_stack_set(StackSetName="set", TemplateBody=template)
    found = facts(lab).find("cloudformation:stackset", "set")
    assert found is not None
    assert ":stackset/set:" in found.arn


def test_what_watches_is_found(full: Lab) -> None:
    lab = Lab()
    watch = lab.client("cloudwatch")
    watch.put_dashboard(DashboardName="board", DashboardBody='{"widgets": []}')
    assert arns(lab, "cloudwatch:dashboard", "board") == {unregional("cloudwatch", "dashboard/board")}
    watch.put_insight_rule(RuleName="top", RuleDefinition="{}", RuleState="ENABLED", Tags=TAGS)
    rule = facts(lab).find("cloudwatch:insight-rule", "top")
    assert rule is not None
    assert rule.tags == BLUE
    logs = lab.client("logs")
    destination = logs.put_destination(
        destinationName="d", targetArn=regional("kinesis", "stream/x"), roleArn=unregional("iam", "role/worker")
    )["destination"]["arn"]
    assert arns(lab, "logs:destination", "d", destination) == {destination}
    assert arns(full, "logs:log-group", "/app", regional("logs", "log-group:/app:*")) == {
        regional("logs", "log-group:/app")
    }
    assert [one.arn for one in facts(full).linked("cloudtrail:trail", "audit", "s3:bucket")] == [
        "arn:aws:s3:::audit-otter"
    ]


def test_configuration_is_found(lab: Lab) -> None:
    config = lab.client("config")
    made = config.put_configuration_aggregator(
        ConfigurationAggregatorName="all",
        AccountAggregationSources=[{"AccountIds": [ACCOUNT], "AllAwsRegions": True}],
        Tags=TAGS,
    )["ConfigurationAggregator"]["ConfigurationAggregatorArn"]
    assert facts(lab).find("config:ConfigurationAggregator", "all") == Resource(made, ACCOUNT, BLUE)
    grant = config.put_aggregation_authorization(AuthorizedAccountId=PARTNER, AuthorizedAwsRegion=REGION)[
        "AggregationAuthorization"
    ]["AggregationAuthorizationArn"]
    assert arns(lab, "config:AggregationAuthorization", grant) == {grant}
    config.put_configuration_recorder(
        ConfigurationRecorder={
            "name": "default",
            "roleARN": unregional("iam", "role/worker"),
            "recordingGroup": {"allSupported": True},
        }
    )
    config.put_config_rule(
        ConfigRule={
            "ConfigRuleName": "versioned",
            "Source": {"Owner": "AWS", "SourceIdentifier": "S3_BUCKET_VERSIONING_ENABLED"},
        },
        Tags=TAGS,
    )
    (rule,) = config.describe_config_rules()["ConfigRules"]
    assert facts(lab).find("config:ConfigRule", "versioned") == Resource(rule["ConfigRuleArn"], ACCOUNT, BLUE)
    config.put_organization_conformance_pack(
        OrganizationConformancePackName="pack", TemplateS3Uri="s3://plum-otter/pack.yaml"
    )
    pack = facts(lab).find("config:OrganizationConformancePack", "pack")
    assert pack is not None
    assert ":organization-conformance-pack/pack-" in pack.arn


def test_apis_have_stages_keys_and_plans(lab: Lab) -> None:
    client = lab.client("apigateway")
    api = client.create_rest_api(name="shop", tags=BLUE)["id"]
    arn = f"arn:aws:apigateway:{REGION}::/restapis/{api}"
    found = facts(lab).find("apigateway:RestApi", f"{arn}/resources/x")
    assert found is not None
    assert (found.arn, found.tags) == (arn, BLUE)
    assert found.keys["apigateway:Resource/EndpointType"] == ("EDGE",)
    root = client.get_resources(restApiId=api)["items"][0]["id"]
    client.put_method(restApiId=api, resourceId=root, httpMethod="GET", authorizationType="NONE")
    client.put_integration(restApiId=api, resourceId=root, httpMethod="GET", type="MOCK")
    client.create_deployment(restApiId=api, stageName="prod")
    assert arns(lab, "apigateway:Stage", f"{api}/prod", f"{arn}/stages/prod") == {f"{arn}/stages/prod"}
    assert facts(lab).linked("apigateway:Stage", f"{api}/prod", "apigateway:RestApi") == (
        facts(lab).find("apigateway:RestApi", api),
    )
    key = client.create_api_key(name="k")["id"]
    plan = client.create_usage_plan(name="p")["id"]
    balancer = regional("elasticloadbalancing", "loadbalancer/net/n/1")
    link = client.create_vpc_link(name="l", targetArns=[balancer])["id"]
    client.create_domain_name(domainName="api.example.com")
    for kind, identifier, path in (
        ("ApiKey", key, "apikeys"),
        ("UsagePlan", plan, "usageplans"),
        ("VpcLink", link, "vpclinks"),
        ("DomainName", "api.example.com", "domainnames"),
    ):
        assert arns(lab, f"apigateway:{kind}", identifier) == {f"arn:aws:apigateway:{REGION}::/{path}/{identifier}"}


def test_edge_resources_are_found_from_any_region(full: Lab) -> None:
    elsewhere = facts(full, region="ap-southeast-2")
    zone = full.client("route53").list_hosted_zones()["HostedZones"][0]["Id"]
    found = elsewhere.find("route53:hostedzone", zone)
    assert found is not None
    assert found.arn == f"arn:aws:route53:::{zone.removeprefix('/')}"
    (distribution,) = full.client("cloudfront").list_distributions()["DistributionList"]["Items"]
    served = elsewhere.find("cloudfront:distribution", distribution["Id"])
    assert served is not None
    assert served.arn == distribution["ARN"]
    lab = Lab()
    cloudfront = lab.client("cloudfront")
    control = cloudfront.create_origin_access_control(
        OriginAccessControlConfig={
            "Name": "c",
            "SigningProtocol": "sigv4",
            "SigningBehavior": "always",
            "OriginAccessControlOriginType": "s3",
        }
    )["OriginAccessControl"]["Id"]
    assert arns(lab, "cloudfront:origin-access-control", control) == {
        unregional("cloudfront", f"origin-access-control/{control}")
    }
    cloudfront.create_function(
        Name="f", FunctionConfig={"Comment": "", "Runtime": "cloudfront-js-2.0"}, FunctionCode=b"x"
    )
    assert arns(lab, "cloudfront:function", "f") == {unregional("cloudfront", "function/f")}
    store = cloudfront.create_key_value_store(Name="s")["KeyValueStore"]["ARN"]
    assert arns(lab, "cloudfront:key-value-store", store, "s") == {store}
    check = lab.client("route53").create_health_check(
        CallerReference="1", HealthCheckConfig={"Type": "TCP", "IPAddress": "1.2.3.4", "Port": 80}
    )["HealthCheck"]["Id"]
    lab.client("route53").change_tags_for_resource(ResourceType="healthcheck", ResourceId=check, AddTags=TAGS)
    assert facts(lab).find("route53:healthcheck", check) == Resource(
        f"arn:aws:route53:::healthcheck/{check}", ACCOUNT, BLUE
    )


def test_developer_tools_are_found(full: Lab, lab: Lab) -> None:
    trust = TRUST.replace("lambda.", "codepipeline.")
    role = lab.client("iam").create_role(RoleName="worker", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    lab.client("s3", region="us-east-1").create_bucket(Bucket="plum-otter")
    lab.client("codepipeline").create_pipeline(
        pipeline={
            "name": "ship",
            "roleArn": role,
            "artifactStore": {"type": "S3", "location": "plum-otter"},
            "stages": [
                {
                    "name": name,
                    "actions": [
                        {
                            "name": name,
                            "actionTypeId": {"category": name, "owner": "AWS", "provider": "S3", "version": "1"},
                        }
                    ],
                }
                for name in ("Source", "Deploy")
            ],
        },
        tags=[{"key": "team", "value": "blue"}],
    )
    arn = regional("codepipeline", "ship")
    assert facts(lab).find("codepipeline:pipeline", "ship") == Resource(arn, ACCOUNT, BLUE)
    assert [one.arn for one in facts(lab).linked("codepipeline:pipeline", arn, "iam:role")] == [role]
    deploy = lab.client("codedeploy")
    deploy.create_application(applicationName="shop", computePlatform="Server", tags=TAGS)
    deploy.create_deployment_group(applicationName="shop", deploymentGroupName="all", serviceRoleArn=role)
    application = facts(lab).find("codedeploy:application", "shop")
    assert application == Resource(regional("codedeploy", "application:shop"), ACCOUNT, BLUE)
    group = regional("codedeploy", "deploymentgroup:shop/all")
    assert arns(lab, "codedeploy:deploymentgroup", "shop/all", group) == {group}
    assert facts(lab).linked("codedeploy:deploymentgroup", group, "codedeploy:application") == (application,)
    full_roles = facts(full).linked("codebuild:project", "shop", "iam:role")
    assert [one.arn for one in full_roles] == [unregional("iam", "role/worker")]


def test_builds_and_configuration_profiles_are_found(lab: Lab) -> None:
    build = lab.client("codebuild")
    build.create_project(
        name="shop",
        source={"type": "S3", "location": "plum-otter/source.zip"},
        artifacts={"type": "NO_ARTIFACTS"},
        environment={"type": "LINUX_CONTAINER", "image": "i", "computeType": "BUILD_GENERAL1_SMALL"},
        serviceRole=unregional("iam", "role/worker"),
    )
    started = build.start_build(projectName="shop")["build"]["id"]
    assert arns(lab, "codebuild:build", started) == {regional("codebuild", f"build/{started}")}
    appconfig = lab.client("appconfig")
    application = appconfig.create_application(Name="shop", Tags=BLUE)["Id"]
    profile = appconfig.create_configuration_profile(ApplicationId=application, Name="p", LocationUri="hosted")["Id"]
    arn = regional("appconfig", f"application/{application}/configurationprofile/{profile}")
    assert arns(lab, "appconfig:configurationprofile", f"{application}/{profile}", arn) == {arn}
    assert facts(lab).linked("appconfig:configurationprofile", arn, "appconfig:application") == (
        Resource(regional("appconfig", f"application/{application}"), ACCOUNT, BLUE),
    )


def test_an_arn_looks_into_another_account_and_region_of_the_environment(full: Lab) -> None:
    seen = AccountFacts(full.world, PARTNER, "us-west-2")
    for kind, name, _ in BY_NAME:
        own = facts(full).find(kind, name)
        assert own is not None
        if own.arn.split(":")[4] == ACCOUNT and kind != "account:account":
            assert seen.find(kind, own.arn) == own
            assert seen.find(kind, name) is None or kind == "events:event-bus"


def test_another_environment_does_not_exist(full: Lab) -> None:
    stranger = AccountFacts(make_world(accounts=frozenset({PARTNER})), PARTNER, REGION)
    for kind, name, _ in BY_NAME:
        own = facts(full).find(kind, name)
        assert own is not None
        assert stranger.find(kind, own.arn) is None
        assert stranger.linked(kind, own.arn, "iam:role") == ()
    assert stranger.find("sqs:queue", f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/inbox") is None


@pytest.mark.parametrize("identifier", ["", "arn:", "arn:aws", "arn:aws:s3", "https://", "/", ":", "a:b:c", "*", "\0"])
def test_odd_identifiers_mean_nothing(full: Lab, identifier: str) -> None:
    for kind in KINDS:
        assert facts(full).find(kind, identifier) is None
        assert facts(full).linked(kind, identifier, "iam:role") == ()
    assert facts(full).find("iam:none", "alice") is None


def test_looking_changes_nothing_and_makes_nothing(full: Lab) -> None:
    world = full.reloaded().world
    seen = AccountFacts(world, ACCOUNT, REGION)
    with world.entered():
        for kind, name, _ in BY_NAME:
            found = seen.find(kind, name)
            assert found is not None
            for to in KINDS[kind].links:
                seen.linked(kind, name, to)
        for kind in KINDS:
            AccountFacts(world, ACCOUNT, "us-west-2").find(kind, "none")
        assert world.changes() == {}
    assert not [key for key in world._backends if key.region == "us-west-2"]


def linked(lab: Lab, kind: str, identifier: str, to: str) -> list[str]:
    return [one.arn for one in facts(lab).linked(kind, identifier, to)]


def test_associations_lead_to_what_they_join(lab: Lab) -> None:
    client = lab.client("ec2")
    vpc = client.create_vpc(CidrBlock="10.1.0.0/16", AmazonProvidedIpv6CidrBlock=True)["Vpc"]["VpcId"]
    block = client.describe_vpcs(VpcIds=[vpc])["Vpcs"][0]["Ipv6CidrBlockAssociationSet"][0]
    subnet = client.create_subnet(
        VpcId=vpc, CidrBlock="10.1.0.0/24", Ipv6CidrBlock=block["Ipv6CidrBlock"].replace("/56", "/64")
    )["Subnet"]
    inner = subnet["Ipv6CidrBlockAssociationSet"][0]["AssociationId"]
    table = client.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    route = client.associate_route_table(RouteTableId=table, SubnetId=subnet["SubnetId"])["AssociationId"]
    acl = client.describe_network_acls(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["NetworkAcls"][0]
    joined = acl["Associations"][0]["NetworkAclAssociationId"]
    own = ec2(f"subnet/{subnet['SubnetId']}")
    assert linked(lab, "ec2:vpc-cidr-block-association", block["AssociationId"], "ec2:vpc") == [ec2(f"vpc/{vpc}")]
    assert linked(lab, "ec2:subnet-cidr-block-association", inner, "ec2:subnet") == [own]
    assert linked(lab, "ec2:route-table-association", route, "ec2:subnet") == [own]
    assert linked(lab, "ec2:route-table-association", route, "ec2:route-table") == [ec2(f"route-table/{table}")]
    assert linked(lab, "ec2:network-acl-association", joined, "ec2:subnet") == [own]
    image = client.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    instance = client.run_instances(ImageId=image, MinCount=1, MaxCount=1, SubnetId=subnet["SubnetId"])["Instances"][0]
    interface = client.describe_network_interfaces()["NetworkInterfaces"][0]
    attachment = interface["Attachment"]["AttachmentId"]
    arn = ec2(f"instance/{instance['InstanceId']}")
    assert linked(lab, "ec2:network-interface-attachment", attachment, "ec2:instance") == [arn]
    assert linked(lab, "ec2:network-interface-attachment", attachment, "ec2:network-interface") == [
        ec2(f"network-interface/{interface['NetworkInterfaceId']}")
    ]
    lab.client("iam").create_instance_profile(InstanceProfileName="web")
    profile = client.associate_iam_instance_profile(
        InstanceId=instance["InstanceId"], IamInstanceProfile={"Name": "web"}
    )["IamInstanceProfileAssociation"]["AssociationId"]
    assert linked(lab, "ec2:iam-instance-profile-association", profile, "ec2:instance") == [arn]
    address = client.allocate_address(Domain="vpc")["AllocationId"]
    taken = client.associate_address(AllocationId=address, InstanceId=instance["InstanceId"])["AssociationId"]
    assert linked(lab, "ec2:address-association", taken, "ec2:elastic-ip") == [ec2(f"elastic-ip/{address}")]
    assert linked(lab, "ec2:address-association", "eipassoc-none", "ec2:elastic-ip") == []


def test_an_iterator_leads_to_its_stream(full: Lab) -> None:
    kinesis, streams = full.client("kinesis"), full.client("dynamodbstreams")
    shard = kinesis.list_shards(StreamName="clicks")["Shards"][0]["ShardId"]
    iterator = kinesis.get_shard_iterator(StreamName="clicks", ShardId=shard, ShardIteratorType="LATEST")
    assert linked(full, "kinesis:shard-iterator", iterator["ShardIterator"], "kinesis:stream") == [
        regional("kinesis", "stream/clicks")
    ]
    for broken in ("", "%", "AAAA", "///8="):
        assert linked(full, "kinesis:shard-iterator", broken, "kinesis:stream") == []
    (stream,) = streams.list_streams(TableName="orders")["Streams"]
    shard = streams.describe_stream(StreamArn=stream["StreamArn"])["StreamDescription"]["Shards"][0]["ShardId"]
    answer = streams.get_shard_iterator(StreamArn=stream["StreamArn"], ShardId=shard, ShardIteratorType="TRIM_HORIZON")
    assert linked(full, "dynamodb:shard-iterator", answer["ShardIterator"], "dynamodb:stream") == [stream["StreamArn"]]


def test_keys_subscriptions_queries_and_deployments_lead_to_their_owners(full: Lab, lab: Lab) -> None:
    (key,) = full.client("iam").list_access_keys(UserName="alice")["AccessKeyMetadata"]
    assert linked(full, "iam:access-key", key["AccessKeyId"], "iam:user") == [unregional("iam", "user/alice")]
    (subscription,) = full.client("sns").list_subscriptions()["Subscriptions"]
    assert linked(full, "sns:subscription", subscription["SubscriptionArn"], "sns:topic") == [regional("sns", "news")]
    logs = lab.client("logs")
    logs.create_log_group(logGroupName="/app")
    query = logs.start_query(logGroupName="/app", startTime=0, endTime=1, queryString="fields @message")["queryId"]
    assert linked(lab, "logs:query", query, "logs:log-group") == [regional("logs", "log-group:/app")]
    deploy = lab.client("codedeploy")
    deploy.create_application(applicationName="shop", computePlatform="Server")
    deploy.create_deployment_group(
        applicationName="shop", deploymentGroupName="all", serviceRoleArn=unregional("iam", "role/worker")
    )
    deployment = deploy.create_deployment(applicationName="shop", deploymentGroupName="all")["deploymentId"]
    assert linked(lab, "codedeploy:deployment", deployment, "codedeploy:deploymentgroup") == [
        regional("codedeploy", "deploymentgroup:shop/all")
    ]


def test_an_instance_leads_to_its_scaling_group(lab: Lab) -> None:
    scaling = lab.client("autoscaling")
    image = lab.client("ec2").describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    scaling.create_launch_configuration(LaunchConfigurationName="lc", ImageId=image, InstanceType="t3.micro")
    scaling.create_auto_scaling_group(
        AutoScalingGroupName="group",
        LaunchConfigurationName="lc",
        MinSize=1,
        MaxSize=1,
        AvailabilityZones=[f"{REGION}a"],
    )
    (group,) = scaling.describe_auto_scaling_groups()["AutoScalingGroups"]
    instance = group["Instances"][0]["InstanceId"]
    assert linked(lab, "ec2:instance", instance, "autoscaling:autoScalingGroup") == [group["AutoScalingGroupARN"]]
    assert linked(lab, "autoscaling:autoScalingGroup", "group", "ec2:instance") == [ec2(f"instance/{instance}")]


def test_a_connection_is_found_from_its_destination(lab: Lab) -> None:
    events = lab.client("events")
    connection = events.create_connection(
        Name="c",
        AuthorizationType="API_KEY",
        AuthParameters={"ApiKeyAuthParameters": {"ApiKeyName": "k", "ApiKeyValue": "v"}},
    )["ConnectionArn"]
    events.create_api_destination(
        Name="d", ConnectionArn=connection, InvocationEndpoint="https://example.com", HttpMethod="POST"
    )
    assert linked(lab, "events:api-destination", "d", "events:connection") == [regional("events", "connection/c")]
