import type * as z from "zod";
import type { Role } from "#core/role.ts";

export const ANY_MEDIA_TYPE = "*/*";

/** One route, declared once: validation, types, OpenAPI, the client and the gateways follow from it. */
export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: `/v1/${string}`;
  /** The function that serves it in AWS, by what it may touch. */
  readonly lambda: "ingest" | "import" | "authorize" | "read" | "control" | "operate";
  /** `any`: whoever has a key. `public`: without one. */
  readonly role: Role | "any" | "public";
  readonly summary: string;
  /** Whether a key that is confined to teams may use it: then it serves nothing of any other team. */
  readonly confined: "serves" | "refuses";
  /** The `{name}` parts of the path. */
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  /** The body as application/json. Where the schema takes undefined, there may be none. */
  readonly body?: z.ZodType;
  /** Other media types of the same body. */
  readonly alsoAccepts?: Readonly<Record<string, z.ZodType>>;
  /** Each event of the body is judged on its own: the handler gets them unparsed. */
  readonly judged?: "each";
  /** The body goes to the handler as bytes, unpacked. */
  readonly wire?: "bytes";
  /** The media types of such a body, each with what the document says of it; ANY_MEDIA_TYPE takes a body of none too. */
  readonly accepts?: Readonly<Record<string, z.ZodType>>;
  /** Replies and refusals go in the encoding of the request: OTLP's, protobuf or JSON. */
  readonly protocol?: "otlp";
  /** The media type of what it answers, where that is a document for browsers. */
  readonly document?: `text/${string}`;
  readonly replies: { readonly [status: number]: z.ZodType };
}

export type Table = Readonly<Record<string, Route>>;

/** A body as it came: unpacked, within the limits of size. */
export interface RawBody {
  /** In lower case, without parameters; empty when nobody said. */
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

type None = Readonly<Record<never, never>>;
type Field<R, Name extends string> = R extends { readonly [key in Name]: infer S extends z.ZodType } ? S : undefined;
type Output<S> = S extends z.ZodType ? z.output<S> : None;

/** What a handler gets: parsed. */
export interface Input<R extends Route> {
  readonly params: Output<Field<R, "params">>;
  readonly query: Output<Field<R, "query">>;
  readonly body: R extends { readonly judged: "each" }
    ? readonly unknown[]
    : R extends { readonly wire: "bytes" }
      ? RawBody
      : Output<Field<R, "body">>;
}

/** What a client sends. */
export type Sent<R extends Route> = SentPart<"params", Field<R, "params">> &
  SentPart<"query", Field<R, "query">> &
  SentPart<"body", Field<R, "body">>;

type MayBeLeftOut<T> = undefined extends T ? true : None extends T ? true : false;

type SentPart<Name extends string, S> = S extends z.ZodType
  ? MayBeLeftOut<z.input<S>> extends true
    ? { readonly [key in Name]?: z.input<S> }
    : { readonly [key in Name]: z.input<S> }
  : { readonly [key in Name]?: undefined };

/** One of the declared statuses, with its body. */
export type Reply<R extends Route> = {
  readonly [S in keyof R["replies"] & number]: { readonly status: S; readonly body: z.output<R["replies"][S]> };
}[keyof R["replies"] & number];

/** One of the declared statuses, in an encoding that the handler has chosen. */
interface RawReply<Status> {
  readonly status: Status;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly contentType: string;
}

type Handled<R extends Route> = R extends { readonly protocol: "otlp" } | { readonly document: string }
  ? RawReply<keyof R["replies"] & number>
  : Reply<R>;

/** A handler for each route. `Caller` is whatever stands for who calls; undefined on a public route. */
export type Handlers<T extends Table, Caller> = {
  readonly [K in keyof T]: (
    input: Input<T[K]>,
    caller: T[K]["role"] extends "public" ? undefined : Caller,
  ) => Promise<Handled<T[K]>>;
};

/** Routes that take bytes are other programs' to call: each has a client of its own. Documents are for browsers. */
export type Client<T extends Table> = {
  readonly [K in keyof T as T[K] extends { readonly wire: "bytes" } | { readonly document: string } ? never : K]: (
    sent: Sent<T[K]>,
  ) => Promise<Reply<T[K]>>;
};
