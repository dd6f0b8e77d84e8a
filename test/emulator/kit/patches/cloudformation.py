"""What ministack's CloudFormation leaves out of some resources."""

from ministack.services import dynamodb, lambda_svc, s3
from ministack.services.cloudformation import custom_resource, provisioners

HANDLERS = provisioners._RESOURCE_HANDLERS
CUSTOM_RESOURCE_SECONDS_MAX = "60"


def keep_bucket_tags(handler, properties_at):
    """Tags of a bucket: whoever empties buckets by their tags finds none without."""

    def wrapped(*arguments):
        name, attributes = handler(*arguments)
        tags = arguments[properties_at].get("Tags", [])
        s3._bucket_tags[name] = {tag["Key"]: tag["Value"] for tag in tags}
        return name, attributes

    return wrapped


def lower_cors_names(handler, properties_at):
    """CORS of an HTTP API: PascalCase in templates, camelCase in the API."""

    def wrapped(*arguments):
        arguments = list(arguments)
        cors = arguments[properties_at].get("CorsConfiguration")
        if cors:
            lowered = {name[0].lower() + name[1:]: value for name, value in cors.items()}
            arguments[properties_at] = {**arguments[properties_at], "CorsConfiguration": lowered}
        return handler(*arguments)

    return wrapped


def keep_time_to_live(create):
    def wrapped(logical_id, properties, stack):
        result = create(logical_id, properties, stack)
        setting = properties.get("TimeToLiveSpecification")
        if setting:
            status = {"TimeToLiveStatus": "ENABLED", "AttributeName": setting["AttributeName"]}
            dynamodb._ttl_settings[result[0]] = status
        return result

    return wrapped


def keep_tumbling_window(create):
    def wrapped(logical_id, properties, stack):
        result = create(logical_id, properties, stack)
        if properties.get("TumblingWindowInSeconds"):
            seconds = int(properties["TumblingWindowInSeconds"])
            lambda_svc._esms[result[0]]["TumblingWindowInSeconds"] = seconds
        return result

    return wrapped


def without_metric_math(handler, properties_at):
    """An alarm on an expression is there, and watches nothing: no alarm does here."""

    def wrapped(*arguments, **options):
        arguments = list(arguments)
        properties = dict(arguments[properties_at])
        if properties.pop("Metrics", None):
            properties |= {"MetricName": "expression", "Namespace": "emulated", "Statistic": "Sum", "Period": 60}
        arguments[properties_at] = properties
        return handler(*arguments, **options)

    return wrapped


def limit_custom_resources(invoke):
    """A custom resource whose Lambda crashes must not hang the deploy for an hour."""

    def wrapped(request_type, logical_id, properties, *rest, **options):
        properties = {"ServiceTimeout": CUSTOM_RESOURCE_SECONDS_MAX, **properties}
        return invoke(request_type, logical_id, properties, *rest, **options)

    return wrapped


def install():
    for kind, wrap in (
        ("AWS::S3::Bucket", keep_bucket_tags),
        ("AWS::ApiGatewayV2::Api", lower_cors_names),
        ("AWS::CloudWatch::Alarm", without_metric_math),
    ):
        handlers = HANDLERS[kind]
        handlers["create"], handlers["update"] = wrap(handlers["create"], 1), wrap(handlers["update"], 2)
    for kind, wrap in (
        ("AWS::DynamoDB::GlobalTable", keep_time_to_live),
        ("AWS::Lambda::EventSourceMapping", keep_tumbling_window),
    ):
        HANDLERS[kind]["create"] = wrap(HANDLERS[kind]["create"])
    custom_resource.invoke_custom_resource = limit_custom_resources(custom_resource.invoke_custom_resource)
