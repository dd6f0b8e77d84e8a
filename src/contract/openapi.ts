import * as z from "zod";
import type { Route, Table } from "./route.ts";

type Json = Readonly<Record<string, unknown>>;

const REASONS: Readonly<Record<number, string>> = {
  200: "Done",
  201: "Made",
  202: "Begun: it goes on elsewhere",
  207: "Some events were not taken: see their results",
  400: "The request, or every event of it, cannot be read",
  401: "No key, or one that is unknown or revoked",
  403: "The key's role may not do this",
  404: "There is no such thing",
  409: "It contradicts what stands",
  413: "The body is larger than 4 MB, 16 MB unpacked, or 1,000 events",
  415: "A media type or content encoding that this route does not take",
  429: "Too much at once: wait for Retry-After and send again",
  500: "A fault of the server, logged under the request id",
  503: "Could not be taken now: wait for Retry-After and send again",
};

/** Said by what stands before the API, which never sees such a request. */
const tooLargeHead = { 431: { description: "The address and the headers are larger than 16 KB; without a body" } };

/**
 * The classes of characters that only some languages' patterns know, spelt so that all do. Lone surrogates cannot even
 * be said in the patterns of some, nor in UTF-8: the API refuses them where JSON escapes them.
 */
const portable = (pattern: string) =>
  pattern.replaceAll("\\p{Cc}", "\\u0000-\\u001f\\u007f-\\u009f").replaceAll("\\p{Cs}", "");

/** Turns schemas into JSON Schema, collecting those with an id as shared components. */
function makeConverter() {
  const components: Record<string, unknown> = {};
  const relinked = (schema: unknown): Json =>
    JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/')) as Json;
  const convert = (schema: z.ZodType): Json => {
    const {
      $schema: _,
      $defs,
      ...rest
    } = z.toJSONSchema(schema, {
      io: "input",
      override: ({ jsonSchema }) => {
        if (jsonSchema.pattern !== undefined) jsonSchema.pattern = portable(jsonSchema.pattern);
      },
    });
    for (const [name, definition] of Object.entries($defs ?? {})) components[name] = relinked(definition);
    return relinked(rest);
  };
  return { convert, components };
}

const protobuf = z.string().meta({ format: "binary" });

type Convert = (schema: z.ZodType) => Json;

function parametersOf(object: z.ZodObject | undefined, place: "path" | "query", convert: Convert): Json[] {
  if (object === undefined) return [];
  const { properties = {}, required = [] } = convert(object) as { properties?: Json; required?: string[] };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: place,
    required: required.includes(name),
    schema,
  }));
}

function bodyOf(route: Route, convert: Convert): Json {
  if (route.accepts !== undefined)
    return { requestBody: { required: true, content: contentOf(route.accepts, convert) } };
  if (route.body === undefined) return {};
  const content = { "application/json": route.body, ...route.alsoAccepts };
  return {
    requestBody: {
      required: !route.body.safeParse(undefined).success,
      content: contentOf(content, convert),
    },
  };
}

function contentOf(byMediaType: Readonly<Record<string, z.ZodType>>, convert: Convert): Json {
  return Object.fromEntries(
    Object.entries(byMediaType).map(([mediaType, schema]) => [mediaType, { schema: convert(schema) }]),
  );
}

/** OTLP's replies are messages of protobuf, here as their JSON, which the request's encoding chooses. */
function replyContent(route: Route, schema: z.ZodType, convert: Convert): Json {
  if (route.document !== undefined && schema instanceof z.ZodString) {
    return contentOf({ [route.document.replace(/;.*/, "")]: schema }, convert);
  }
  const json = { "application/json": schema };
  return contentOf(route.protocol === "otlp" ? { ...json, "application/x-protobuf": protobuf } : json, convert);
}

function operationOf(name: string, route: Route, convert: Convert): Json {
  return {
    operationId: name,
    summary: route.summary,
    ...(route.role === "public" ? { security: [] } : { description: `Role: ${route.role}` }),
    parameters: [...parametersOf(route.params, "path", convert), ...parametersOf(route.query, "query", convert)],
    ...bodyOf(route, convert),
    responses: {
      ...Object.fromEntries(
        Object.entries(route.replies).map(([status, schema]) => [
          status,
          {
            description: REASONS[Number(status)] ?? "",
            content: replyContent(route, schema, convert),
          },
        ]),
      ),
      ...tooLargeHead,
    },
  };
}

/** The OpenAPI 3.1 document of a table. */
export function openApiOf(table: Table): Json {
  const { convert, components } = makeConverter();
  const paths: Record<string, Record<string, Json>> = {};
  for (const [name, route] of Object.entries(table)) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(name, route, convert) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "AI FinOps",
      version: "1",
      description: "Usage events in, exact cost out. Money is a decimal string of USD; days are UTC.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    security: [{ key: [] }],
    paths,
    components: { schemas: components, securitySchemes: { key: { type: "http", scheme: "bearer" } } },
  };
}
