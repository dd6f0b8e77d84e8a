import { dynamoErasures } from "#aws/dynamo-erasures.ts";
import { dynamoImports } from "#aws/dynamo-imports.ts";
import { dynamoKeys } from "#aws/dynamo-keys.ts";
import { dynamoPipelineState } from "#aws/dynamo-pipeline-state.ts";
import { dynamoPrices } from "#aws/dynamo-prices.ts";
import { erasuresContract } from "../ports/erasures.contract.ts";
import { importsContract } from "../ports/imports.contract.ts";
import { keysContract } from "../ports/keys.contract.ts";
import { pipelineStateContract } from "../ports/pipeline-state.contract.ts";
import { pricesContract } from "../ports/prices.contract.ts";
import { onTable, tableShapes } from "./tables.ts";

keysContract("the DynamoDB key store", onTable(tableShapes.partitioned, dynamoKeys));
pricesContract("the DynamoDB price store", onTable(tableShapes.partitioned, dynamoPrices));
erasuresContract("DynamoDB erasures", onTable(tableShapes.partitioned, dynamoErasures));
importsContract("the DynamoDB import store", onTable(tableShapes.partitioned, dynamoImports));
pipelineStateContract("the DynamoDB pipeline state", onTable(tableShapes.partitioned, dynamoPipelineState));
