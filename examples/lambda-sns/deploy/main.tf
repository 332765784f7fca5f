# The function that an SNS topic invokes. A message that fails is tried three times within minutes, and then is a dead
# letter; with a queue between topic and function, as lambda-any has it, it is tried for longer.
#
# Build the function and deploy it, in this folder:
#
#   GOOS=linux GOARCH=arm64 CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -tags lambda.norpc -o build/bootstrap ..
#   zip -j build/function.zip build/bootstrap
#   terraform init
#   terraform apply -var source_topic_arn=TOPIC

terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.60"
    }
  }
}

variable "source_topic_arn" {
  description = "The topic that the logs are published to. It exists, in this account and region."
  type        = string
}

variable "alarm_topic_arn" {
  description = "Where the alarm on dead letters goes: not the topic of the alerts, whose key CloudWatch may not use."
  type        = string
  default     = ""
}

variable "name" {
  description = "What the function and all that belongs to it is called."
  type        = string
  default     = "detections"
}

locals {
  timeout = 60 # seconds
}

resource "aws_lambda_function" "function" {
  function_name    = var.name
  role             = aws_iam_role.function.arn
  filename         = "${path.module}/build/function.zip"
  source_code_hash = filebase64sha256("${path.module}/build/function.zip")
  handler          = "bootstrap"
  runtime          = "provided.al2023"
  architectures    = ["arm64"]
  memory_size      = 512
  timeout          = local.timeout

  environment {
    variables = {
      TOPIC_ARN = aws_sns_topic.alerts.arn
    }
  }

  logging_config {
    log_format            = "JSON"
    application_log_level = "INFO" # AWS_LAMBDA_LOG_LEVEL of the function
    system_log_level      = "WARN"
    log_group             = aws_cloudwatch_log_group.logs.name
  }

  depends_on = [aws_iam_role_policy.function] # event sources ask for what it allows
}

resource "aws_sns_topic_subscription" "function" {
  topic_arn = var.source_topic_arn
  protocol  = "lambda"
  endpoint  = aws_lambda_function.function.arn
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead_letters.arn # what SNS could not hand to Lambda
  })
}

resource "aws_lambda_permission" "sns" {
  function_name = aws_lambda_function.function.function_name
  action        = "lambda:InvokeFunction"
  principal     = "sns.amazonaws.com"
  source_arn    = var.source_topic_arn
}

resource "aws_lambda_function_event_invoke_config" "function" {
  function_name                = aws_lambda_function.function.function_name
  maximum_event_age_in_seconds = 21600 # 6 hours, the most there is
  maximum_retry_attempts       = 2     # the most there is
  destination_config {
    on_failure {
      destination = aws_sqs_queue.dead_letters.arn
    }
  }
}

resource "aws_iam_role" "function" {
  name               = var.name
  assume_role_policy = data.aws_iam_policy_document.lambda.json
}

data "aws_iam_policy_document" "lambda" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_iam_role_policy" "function" {
  role   = aws_iam_role.function.id
  policy = data.aws_iam_policy_document.function.json
}

data "aws_iam_policy_document" "function" {
  statement {
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.dead_letters.arn]
  }

  statement {
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.alerts.arn]
  }

  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.logs.arn}:*"]
  }
}

resource "aws_cloudwatch_log_group" "logs" {
  name              = "/aws/lambda/${var.name}"
  retention_in_days = 30
}

resource "aws_sns_topic" "alerts" {
  name              = "${var.name}-alerts"
  kms_master_key_id = "alias/aws/sns"
}

# Events that failed three times, in what Lambda writes to failure destinations, and messages that did not reach it.
resource "aws_sqs_queue" "dead_letters" {
  name                      = "${var.name}-dead-letters"
  sqs_managed_sse_enabled   = true
  message_retention_seconds = 1209600 # 14 days, the most there is
}

resource "aws_cloudwatch_metric_alarm" "dead_letters" {
  alarm_name          = "${var.name}-dead-letters"
  alarm_description   = "Logs could not be processed. The dead letter queue says which."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.dead_letters.name }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_topic_arn == "" ? [] : [var.alarm_topic_arn]
}

resource "aws_sqs_queue_policy" "dead_letters" {
  queue_url = aws_sqs_queue.dead_letters.id
  policy    = data.aws_iam_policy_document.dead_letters.json
}

data "aws_iam_policy_document" "dead_letters" {
  statement {
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.dead_letters.arn]
    principals {
      type        = "Service"
      identifiers = ["sns.amazonaws.com"]
    }
    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [var.source_topic_arn]
    }
  }
}

output "topic_arn" {
  description = "The topic of the alerts."
  value       = aws_sns_topic.alerts.arn
}

output "dead_letter_queue_url" {
  value = aws_sqs_queue.dead_letters.id
}
