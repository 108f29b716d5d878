"""What CloudFormation refuses before it starts, with the words that AWS uses."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from .conftest import TestStack

ROLE = """
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      %s
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}]
"""
SAM = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Function:
    Type: AWS::Serverless::Function
    Properties: {Handler: index.handle, Runtime: python3.13, InlineCode: "def handle(e, c): return 1"}
"""
WORD = "Type: AWS::SSM::Parameter, Properties: {Type: String, Value: x}"


def _refusal(stack: TestStack, template: str, **request: object) -> str:
    """The message of the refused creation; nothing may remain of the stack."""
    with pytest.raises(ClientError) as refused:
        stack.client.create_stack(StackName=stack.name, TemplateBody=template, **request)
    with pytest.raises(ClientError, match="does not exist"):
        stack.describe()
    error = refused.value.response["Error"]
    return f"{error['Code']}: {error['Message']}"


@pytest.mark.parametrize(
    ("template", "given", "missing"),
    [
        (ROLE % "", [], "CAPABILITY_IAM"),
        (ROLE % "RoleName: named", ["CAPABILITY_IAM"], "CAPABILITY_NAMED_IAM"),
        (SAM, ["CAPABILITY_IAM"], "CAPABILITY_AUTO_EXPAND"),
        (SAM, ["CAPABILITY_AUTO_EXPAND"], "CAPABILITY_IAM"),
    ],
)
def test_a_missing_capability_is_named(
    stack: TestStack, template: str, given: list[str], missing: str
) -> None:
    assert _refusal(stack, template, Capabilities=given) == (
        f"InsufficientCapabilitiesException: Requires capabilities : [{missing}]"
    )


@pytest.mark.parametrize(
    ("constraint", "value", "message"),
    [
        ("Type: String, AllowedValues: [a, b]", "c", "Parameter 'P' must be one of AllowedValues"),
        ("Type: String, AllowedPattern: '[a-z]+'", "a1", "Parameter 'P' must match pattern [a-z]+"),
        ("Type: Number, MinValue: 2", "1.5", "Parameter 'P' must be a number not less than 2"),
        ("Type: Number, MaxValue: 2", "3", "Parameter 'P' must be a number not greater than 2"),
        ("Type: Number", "many", "Parameter 'P' must be a number"),
        ("Type: String, MinLength: 2", "a", "Parameter 'P' must contain at least 2 characters"),
        ("Type: String, MaxLength: 2", "abc", "Parameter 'P' must contain at most 2 characters"),
        (
            "Type: CommaDelimitedList, AllowedValues: [a, b]",
            "a, c",
            "Parameter 'P' must be one of AllowedValues",
        ),
        (
            "Type: String, AllowedPattern: '[a-z]+', ConstraintDescription: small letters",
            "A",
            "Parameter P failed to satisfy constraint: small letters",
        ),
        ("Type: AWS::EC2::VPC::Id", "x", "does not implement the type AWS::EC2::VPC::Id"),
    ],
)
def test_an_unfit_parameter_is_refused(stack: TestStack, constraint: str, value: str, message: str) -> None:
    template = f"{{Parameters: {{P: {{{constraint}}}}}, Resources: {{R: {{{WORD}}}}}}}"

    refusal = _refusal(stack, template.lstrip(), Parameters=[{"ParameterKey": "P", "ParameterValue": value}])

    assert message in refusal


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("Resources: {V: {Type: AWS::EC2::VPC}}", "the resource type AWS::EC2::VPC (resource V)"),
        (
            "Resources: {B: {Type: AWS::S3::Bucket, Properties: {WebsiteConfiguration: {IndexDocument: i}}}}",
            "the property WebsiteConfiguration of AWS::S3::Bucket (resource B)",
        ),
        ("Resources: {L: {Type: AWS::Lambda::Function}}", "resource L with message: #: required key [Code]"),
        (f"Hooks: {{}}\nResources: {{R: {{{WORD}}}}}", "the template section Hooks"),
        (
            f"Rules: {{A: {{Assertions: [{{Assert: !If [C, 1, 2]}}]}}}}\nResources: {{R: {{{WORD}}}}}",
            "Rules do not know Fn::If",
        ),
        (f"Oops: 1\nResources: {{R: {{{WORD}}}}}", "Invalid template property or properties [Oops]"),
        (f"Resources: {{R: {{{WORD}, Oops: 1}}}}", "Invalid template resource property 'Oops'"),
        ("Parameters: {}", "At least one Resources member must be defined"),
        ("Resources: [", "Template format error"),
        (
            "Resources: {R: {Type: AWS::SNS::Topic, Properties: {TopicName: }}}",
            "'null' values are not allowed",
        ),
        (f"Transform: My::Macro\nResources: {{R: {{{WORD}}}}}", "No transform named My::Macro found"),
        (
            f"Transform: [AWS::Serverless-2016-10-31, AWS::LanguageExtensions]\nResources: {{R: {{{WORD}}}}}",
            "AWS::LanguageExtensions must come first",
        ),
        (
            "Transform: AWS::LanguageExtensions\nResources: {R: {Type: AWS::SSM::Parameter, Properties: "
            '{Type: String, Value: !Select [2, !Split ["/", !Ref AWS::StackId]]}}}',
            "Transform AWS::LanguageExtensions failed with: Fn::Split may not know AWS::StackId",
        ),
        (
            f"Transform: AWS::LanguageExtensions\nResources: {{'Fn::ForEach::Rs': [], R: {{{WORD}}}}}",
            "does not implement Fn::ForEach::Rs",
        ),
        (
            f"Resources: {{R: {{{WORD}, DeletionPolicy: !Ref AWS::StackName}}}}",
            "Every DeletionPolicy member must be a string",
        ),
        (
            f"Resources: {{R: {{{WORD}, DeletionPolicy: Snapshot}}}}",
            "does not implement DeletionPolicy Snapshot",
        ),
        (
            "Resources: {T: {Type: AWS::SNS::Topic, Properties: {TopicName: !Ref Missing}}}",
            "Unresolved resource dependencies [Missing] in the Resources block",
        ),
        (
            f"Resources: {{R: {{{WORD}, DependsOn: Missing}}}}",
            "Unresolved resource dependencies [Missing] in the Resources block",
        ),
        (
            "Conditions: {Never: !Equals [a, b]}\n"
            f"Resources: {{R: {{{WORD}, Condition: Never}}, S: {{{WORD}}}}}\n"
            "Outputs: {O: {Value: !Ref R}}",
            "Unresolved resource dependencies [R] in the Outputs block",
        ),
        (
            f"Resources: {{R: {{{WORD}}}}}\nOutputs: {{O: {{Value: !GetAtt R.Colour}}}}",
            "resource R does not support attribute type Colour in Fn::GetAtt",
        ),
        (
            "Resources:\n  A: {Type: AWS::SNS::Topic, Properties: {DisplayName: !Ref B}}\n"
            "  B: {Type: AWS::SNS::Topic, Properties: {DisplayName: !GetAtt A.TopicName}}",
            "Circular dependency between resources: [A, B]",
        ),
    ],
)
def test_a_template_that_cannot_work_is_refused(stack: TestStack, template: str, message: str) -> None:
    assert message in _refusal(stack, template, Capabilities=["CAPABILITY_AUTO_EXPAND"])


RULE = f"""
Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]
Parameters: {{P: {{Type: CommaDelimitedList, Default: ""}}, Q: {{Type: String, Default: a}}}}
Rules:
  Together:
    RuleCondition: {{"Fn::Not": [{{"Fn::EachMemberEquals": [!Ref P, ""]}}]}}
    Assertions:
      - Assert: {{"Fn::EachMemberIn": [!Ref P, [a, b]]}}
        AssertDescription: P must be of a and b
      - Assert: {{"Fn::Contains": [!Ref P, !Ref Q]}}
        AssertDescription: Q must be one of P
Resources: {{R: {{{WORD}}}}}
"""


@pytest.mark.parametrize(
    ("given", "message"), [({"P": "a,c"}, "P must be of a and b"), ({"P": "b"}, "Q must be one of P")]
)
def test_parameters_that_a_rule_forbids_are_refused(
    stack: TestStack, given: dict[str, str], message: str
) -> None:
    parameters = [{"ParameterKey": key, "ParameterValue": value} for key, value in given.items()]
    capabilities = {"Capabilities": ["CAPABILITY_AUTO_EXPAND"]}

    assert _refusal(stack, RULE, Parameters=parameters, **capabilities) == f"ValidationError: {message}"
    # A stack that stands is not changed, by an update or by a change set.
    assert stack.create(RULE)["StackStatus"] == "CREATE_COMPLETE"
    with pytest.raises(ClientError, match=message):
        stack.update(RULE, given)
    with pytest.raises(ClientError, match=message):
        stack.propose(RULE, "UPDATE", Parameters=parameters)
    assert stack.describe()["StackStatus"] == "CREATE_COMPLETE"
    assert stack.update(RULE, {"P": "a, b"})["StackStatus"] == "UPDATE_COMPLETE"


def test_an_unsupported_language_extension_in_a_property_fails_the_stack(stack: TestStack) -> None:
    template = f"Resources: {{R: {{{WORD.replace('Value: x', 'Value: !Cidr [a, 1, 2]')}}}}}"

    described = stack.create(template)

    assert described["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "does not implement Fn::Cidr" in stack.reason("R", "CREATE_FAILED")


def test_parameters_must_be_known_and_complete(stack: TestStack) -> None:
    template = f"{{Parameters: {{P: {{Type: String}}}}, Resources: {{R: {{{WORD}}}}}}}"

    assert "Parameters: [P] must have values" in _refusal(stack, template)
    unknown = [{"ParameterKey": "P", "ParameterValue": "1"}, {"ParameterKey": "Q", "ParameterValue": "1"}]
    assert "Parameters: [Q] do not exist in the template" in _refusal(stack, template, Parameters=unknown)


def test_a_faulty_sam_resource_is_named(stack: TestStack) -> None:
    refusal = _refusal(
        stack, SAM.replace("Handler: index.handle, ", ""), Capabilities=["CAPABILITY_AUTO_EXPAND"]
    )

    assert "Resource with id [Function] is invalid" in refusal


def test_a_second_stack_of_one_name_is_refused(stack: TestStack) -> None:
    stack.create(f"Resources: {{R: {{{WORD}}}}}")

    with pytest.raises(ClientError, match="AlreadyExistsException"):
        stack.create(f"Resources: {{R: {{{WORD}}}}}")


def test_stack_sets_and_stack_policies_are_refused(stack: TestStack) -> None:
    with pytest.raises(ClientError, match="does not implement stack sets"):
        stack.client.create_stack_set(StackSetName="set", TemplateBody=f"Resources: {{R: {{{WORD}}}}}")
    stack.create(f"Resources: {{R: {{{WORD}}}}}")
    with pytest.raises(ClientError, match="does not implement stack policies"):
        stack.client.set_stack_policy(StackName=stack.name, StackPolicyBody="{}")


@pytest.mark.parametrize("name", ["under_score", "1st", "a" * 129])
def test_a_stack_name_that_aws_refuses_is_refused(stack: TestStack, name: str) -> None:
    with pytest.raises(ClientError, match="at 'stackName' failed to satisfy constraint"):
        stack.client.create_stack(StackName=name, TemplateBody=f"Resources: {{R: {{{WORD}}}}}")


def test_a_summary_tells_what_a_template_needs(stack: TestStack) -> None:
    template = f"""
Transform: AWS::LanguageExtensions
Description: Words
Parameters: {{P: {{Type: Number, Default: 1, MinValue: 0, AllowedValues: [1, 2], NoEcho: true}}}}
Resources: {{R: {{{WORD}}}}}
"""
    summary = stack.client.get_template_summary(TemplateBody=template)

    assert (summary["Description"], summary["ResourceTypes"]) == ("Words", ["AWS::SSM::Parameter"])
    assert summary["DeclaredTransforms"] == ["AWS::LanguageExtensions"]
    assert summary["Parameters"][0]["ParameterConstraints"] == {"AllowedValues": ["1", "2"]}
    assert summary["Parameters"][0]["NoEcho"] is True
    assert stack.client.validate_template(TemplateBody=template)["Capabilities"] == ["CAPABILITY_AUTO_EXPAND"]
