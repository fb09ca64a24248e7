"""Parameters, stacks, logs, APIs, builds."""

from sandbox.authorization.state import Resource
from tests.sandbox.emulator.conftest import ACCOUNT, PARTNER, Lab
from tests.sandbox.emulator.facts.conftest import (
    BLUE,
    REGION,
    TAGS,
    arns,
    facts,
    regional,
    unregional,
)
from tests.sandbox.scenario import TRUST


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
