// One typed method per request, over one `call`.

import { Calls, protocol, requests } from "@litebase/client";
import type { CommonErrorCode, HealthResponse, QueryResponse, Requests, RequestType } from "@litebase/client";

import { give, type Same } from "./give.js";

interface Options {
  signal?: AbortSignal;
}

class Client extends Calls<Options> {
  override call<Type extends RequestType>(type: Type, data: Requests[Type]["data"], options?: Options) {
    give<RequestType>(type);
    give<Requests[Type]["data"]>(data);
    give<Options | undefined>(options);
    return Promise.reject<Requests[Type]["response"]>(new Error("never run"));
  }
}

const client = new Client();
const connection_id = "c1";

give<Promise<QueryResponse>>(client.query({ connection_id, sql: "SELECT 1" }));
give<Promise<QueryResponse>>(
  client.query({ connection_id, sql: "SELECT 1" }, { signal: new AbortController().signal }),
);
give<Promise<HealthResponse>>(client.healthCheck());
give<Promise<HealthResponse>>(client.healthCheck({}, {}));
give<Promise<QueryResponse>>(client.call("query", { connection_id, sql: "SELECT 1" }));
// @ts-expect-error TS2554 a query needs its data
void client.query();
// @ts-expect-error TS2551 a method is in camel case
void client.db_connect({ engine: "sqlite" });
// @ts-expect-error TS2339 there is no such request
void client.explain({ connection_id });
// @ts-expect-error TS2353 options are those of the client
void client.query({ connection_id, sql: "SELECT 1" }, { timeout: 5 });
// @ts-expect-error TS2345 no message has this type
void client.call("explain", { connection_id });
// @ts-expect-error TS2741 the data is that of the type
void client.call("query", { connection_id });
// @ts-expect-error TS2345 an answer is that of its request
give<Promise<HealthResponse>>(client.query({ connection_id, sql: "SELECT 1" }));
// @ts-expect-error TS2515 how a request travels must be said
class Mute extends Calls<Options> {}
give<unknown>(Mute);
// @ts-expect-error TS2511 calls alone have no way to travel
give<unknown>(new Calls());

// The tables are exact and cannot be changed.
give<Same<keyof typeof requests, RequestType>>(true);
give<Same<(typeof requests)["query"]["response"], "query_response">>(true);
give<Same<(typeof requests)["health_check"]["cancellable"], false>>(true);
give<Same<(typeof protocol)["major"], 0>>(true);
// @ts-expect-error TS2540 the table is read-only
requests.query.cancellable = false;

// The errors of a request are told with it.
give<Requests["query"]["errors"]>("query_failed");
give<Requests["cancel"]["errors"]>("internal");
give<Same<Requests["health_check"]["errors"], CommonErrorCode>>(true);
// @ts-expect-error TS2345 closing a connection runs no statement
give<Requests["db_disconnect"]["errors"]>("query_failed");
