using BillingFunctions.Benchmarks;
using BillingFunctions.Benchmarks.RateLimiting;
using BillingFunctions.Benchmarks.UsageBilling;

// Each benchmark gives its figures beside the limit or the raw storage measured in the same run.
var at = Array.IndexOf(args, "--json");
var json = at >= 0 ? args.ElementAtOrDefault(at + 1) : null;
string[] words = json is null ? args : [.. args[..at], .. args[(at + 2)..]];
return words switch
{
    ["limiter-worker", var storage, var limit, var workers, var seconds] => await LimiterWorker.RunAsync(storage, limit, workers, seconds),
    ["forecast"] => ForecastTable.Run(),
    [var name, .. var options] when BenchmarkList.Has(name) => await BenchmarkList.RunAsync(name, options, json),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        all                              start, activities, limiter, webhooks, export, ingest, usage and invoicing in moderate sizes
        limiter [seconds]                1, 4 and 16 workers in 1 and 3 processes share 25 calls a second; default 15
        export [customers] [latency ms] [calls a second]
                                         an export at its limit; default 100000 100 20
        webhooks [customers] [senders] [stored subscriptions]
                                         four signed events a customer, in order, beside a bare function that answers 200;
                                         default 2500 64 0
        webhook-crash [customers]        four events a customer, every tenth sent twice; in the middle a SIGKILL for the worker, and
                                         in a second run for host and worker: none is lost or applied twice; default 2500
        usage [open items] [items to drain] [calls/seconds] [organizations]
                                         items of usage are accepted beside raw storage, then drained to Stripe at its limit;
                                         default 100000 10000 95/60 20
        invoicing [customers]            a month's invoices from the run to the mail, beside raw storage; default 5000
        customers [count] [share of faults]
                                         customers created by requests reach Stripe and Salesforce once each, with faults and two kills;
                                         changes at Stripe reach Salesforce; Stripe's pace without Salesforce; default 5000 0.1
        forecast                         what the sync of usage would make of loads and limits, without measuring; a table only
        ingest [rows]                    a file is checked, ingested and ingested again; default 1000000
        crash [customers] [exports]      as many exports, each with a SIGKILL for host, worker or both at a random moment;
                                         default 20000 10
        dashboard [invoices] [failed jobs]
                                         pages with all that they load; all failed jobs are retried, with a SIGKILL in the middle;
                                         default 100000 10000
        start                            from the start of the host to its first 200, storage running; five times
        activities [count]               so many activities at once; default 1000
        hot [filter]                     time and allocations of the pure parts that run most often; the filter is a part of a name

        The figures are written as a table, and as JSON to benchmarks/<name>.json or to the file that --json <file> names.
        """);
    return 1;
}
