"""EC2: networks, images, instances."""

from sandbox.emulator.facts import KINDS
from tests.sandbox.emulator.conftest import ACCOUNT, PARTNER, Lab
from tests.sandbox.emulator.facts.conftest import (
    BLUE,
    REGION,
    TAGS,
    arns,
    ec2,
    facts,
    make_bucket,
    regional,
    unregional,
)
from tests.sandbox.scenario import TRUST


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
