using BillingFunctions.Benchmarks;

// Each benchmark prints what it reached as a ratio to the limit or the raw storage measured in the same run.
return args switch
{
    ["limiter-worker", var storage, var limit, var workers, var seconds] => await LimiterWorker.RunAsync(storage, limit, workers, seconds),
    ["limiter"] => await LimiterBenchmark.RunAsync(),
    ["export", .. var options] => await ExportBenchmark.RunAsync(options),
    ["webhooks", .. var options] => await WebhookBenchmark.RunAsync(options),
    ["ingest", .. var options] => await IngestBenchmark.RunAsync(options),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        limiter                          16 workers in 2 processes share 25 calls a second
        export [customers] [latency ms]  an export at 25 calls a second; default 100000 100
        webhooks [customers] [senders] [stored subscriptions] [kill]
                                         four signed events a customer, in order; default 2500 64 0
        ingest [rows]                    a file is checked, ingested and ingested again; default 1000000
        """);
    return 1;
}
