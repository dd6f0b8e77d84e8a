import { RemovalPolicy, Stack } from "aws-cdk-lib";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Schedule, type ScheduleExpression, ScheduleTargetInput } from "aws-cdk-lib/aws-scheduler";
import { StepFunctionsStartExecution } from "aws-cdk-lib/aws-scheduler-targets";
import { DefinitionBody, StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import { acknowledge } from "./acknowledge.ts";

export interface ScheduledMachineProps {
  readonly name: string;
  readonly description: string;
  readonly definition: object;
  readonly schedule: ScheduleExpression;
}

/** A state machine and the schedule that starts it. What it may do is granted to its role. */
export class ScheduledMachine extends Construct {
  readonly machine: StateMachine;

  constructor(scope: Construct, id: string, { name, description, definition, schedule }: ScheduledMachineProps) {
    super(scope, id);
    const role = new Role(this, "Role", { assumedBy: new ServicePrincipal("states.amazonaws.com") });
    this.machine = new StateMachine(this, "Machine", {
      stateMachineName: name,
      definitionBody: DefinitionBody.fromString(Stack.of(this).toJsonString(definition)),
      role,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    acknowledge(this.machine, {
      "AwsSolutions-SF1":
        "The service keeps the history of each execution, with its data, for 90 days; a second copy costs.",
      "AwsSolutions-SF2": "A run is a sequence of statements: its history shows what a trace would.",
    });
    new Schedule(this, "Schedule", {
      scheduleName: name,
      description,
      schedule,
      target: new StepFunctionsStartExecution(this.machine, { input: ScheduleTargetInput.fromObject({}) }),
    });
  }
}
