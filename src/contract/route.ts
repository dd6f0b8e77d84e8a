import type * as z from "zod";
import type { Role } from "#core/role.ts";

/** One route, declared once: validation, types, OpenAPI, the client and the gateways follow from it. */
export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: `/v1/${string}`;
  /** The function that serves it in AWS, by what it may touch. */
  readonly lambda: "ingest" | "authorize" | "read" | "control" | "operate";
  /** `any`: whoever has a key. `public`: without one. */
  readonly role: Role | "any" | "public";
  readonly summary: string;
  /** The `{name}` parts of the path. */
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  /** The body as application/json. Where the schema takes undefined, there may be none. */
  readonly body?: z.ZodType;
  /** Other media types of the same body. */
  readonly alsoAccepts?: Readonly<Record<string, z.ZodType>>;
  /** Each event of the body is judged on its own: the handler gets them unparsed. */
  readonly judged?: "each";
  readonly replies: { readonly [status: number]: z.ZodType };
}

export type Table = Readonly<Record<string, Route>>;

type None = Readonly<Record<never, never>>;
type Field<R, Name extends string> = R extends { readonly [key in Name]: infer S extends z.ZodType } ? S : undefined;
type Output<S> = S extends z.ZodType ? z.output<S> : None;

/** What a handler gets: parsed. */
export interface Input<R extends Route> {
  readonly params: Output<Field<R, "params">>;
  readonly query: Output<Field<R, "query">>;
  readonly body: R extends { readonly judged: "each" } ? readonly unknown[] : Output<Field<R, "body">>;
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

/** A handler for each route. `Caller` is whatever stands for who calls; undefined on a public route. */
export type Handlers<T extends Table, Caller> = {
  readonly [K in keyof T]: (
    input: Input<T[K]>,
    caller: T[K]["role"] extends "public" ? undefined : Caller,
  ) => Promise<Reply<T[K]>>;
};

export type Client<T extends Table> = {
  readonly [K in keyof T]: (sent: Sent<T[K]>) => Promise<Reply<T[K]>>;
};
