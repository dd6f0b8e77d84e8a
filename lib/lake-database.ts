import { Aws, RemovalPolicy } from "aws-cdk-lib";
import { CfnNamedQuery, CfnWorkGroup } from "aws-cdk-lib/aws-athena";
import { CfnDatabase } from "aws-cdk-lib/aws-glue";
import { Construct } from "constructs";
import { analystQueries } from "./analyst-queries.ts";
import type { Deployment } from "./deployment.ts";
import { bucketName, databaseName, workgroupName } from "./names.ts";

const bytesPerGb = 1_000_000_000;

/** The Glue database, the workgroup that every statement runs in, and the analysts' queries. */
export class LakeDatabase extends Construct {
  constructor(scope: Construct, id: string, deployment: Deployment) {
    super(scope, id);
    const { customerKeyArn, keepData } = deployment;
    const database = new CfnDatabase(this, "Database", {
      catalogId: Aws.ACCOUNT_ID,
      // The name by which `--adopt` finds it.
      databaseName: databaseName(deployment),
      databaseInput: { name: databaseName(deployment), description: `AI FinOps ${deployment.name}` },
    });
    // Its tables are made by statements and would go with it; their files would be orphans.
    database.applyRemovalPolicy(keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY);
    const workgroup = new CfnWorkGroup(this, "Workgroup", {
      name: workgroupName(deployment),
      description: `AI FinOps ${deployment.name}: scan limit ${deployment.athenaScanLimitGb} GB a statement`,
      recursiveDeleteOption: true,
      workGroupConfiguration: {
        enforceWorkGroupConfiguration: true,
        publishCloudWatchMetricsEnabled: true,
        bytesScannedCutoffPerQuery: deployment.athenaScanLimitGb * bytesPerGb,
        engineVersion: { selectedEngineVersion: "Athena engine version 3" },
        resultConfiguration: {
          outputLocation: `s3://${bucketName(deployment, "results")}/athena/`,
          encryptionConfiguration: customerKeyArn
            ? { encryptionOption: "SSE_KMS", kmsKey: customerKeyArn }
            : { encryptionOption: "SSE_S3" },
        },
      },
    });
    for (const { name, description, sql } of analystQueries()) {
      const query = new CfnNamedQuery(this, `Query-${name}`, {
        name,
        description,
        database: databaseName(deployment),
        workGroup: workgroupName(deployment),
        queryString: sql,
      });
      query.addResourceDependency(workgroup);
      query.addResourceDependency(database);
    }
  }
}
