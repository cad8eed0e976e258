using System.Text.Json;
using BenchmarkDotNet.Attributes;
using BillingFunctions.Exports;
using BillingFunctions.Exports.Files;
using BillingFunctions.Exports.Runs;
using BillingFunctions.Exports.Stretches;
using BillingFunctions.Simulators.Stripe.Load;
using BillingFunctions.Testing.Fakes;

namespace BillingFunctions.Benchmarks.Hot;

/// <summary>What an export takes besides its calls.</summary>
public class ExportParts
{
    private const int Parallelism = 16;

    private static readonly ExportPlan Plan = new(
        "exp_1", "exports", "customers.csv", CustomerFields.Default, From: 1_262_304_000, To: 1_767_225_600, Overwrite: false, FormulaHandling.Escape, NotifyEmail: null);

    private JsonElement[] _page = [];
    private ExportState _state = null!;
    private StretchFetched _stretch = null!;

    [GlobalSetup]
    public void Setup()
    {
        _page = [.. EventLoad.Generate(ExportState.PageSize, DateTimeOffset.UnixEpoch.AddYears(56))
            .Where(one => one.Type == "customer.created")
            .Select(one => JsonSerializer.Deserialize<JsonElement>(one.Json).GetProperty("data").GetProperty("object"))];
        _state = ExportState.Start(Plan);
        var account = new CustomerListFake(Plan, count: 100_000, spanSeconds: 30_000_000, seed: 1);
        while (_state.Percent < 50)
        {
            _state.Apply(account.Fetch(Next(_state)), Parallelism);
        }

        _stretch = account.Fetch(Next(_state));
    }

    /// <summary>As pages are written: 100 customers at once.</summary>
    [Benchmark(Description = "export, row written as CSV", OperationsPerInvoke = ExportState.PageSize)]
    public byte[] Write() => CustomerCsv.Rows(_page, Plan.Fields, Plan.Formulas);

    [Benchmark(Description = "export, next stretch chosen")]
    public FetchStretch Choose() => Next(_state);

    /// <summary>With the copy of the state's list of ranges that it is done to.</summary>
    [Benchmark(Description = "export, stretch taken in")]
    public ExportState Apply()
    {
        var state = _state with { Ranges = [.. _state.Ranges] };
        state.Apply(_stretch, Parallelism);
        return state;
    }

    private static FetchStretch Next(ExportState state)
    {
        var range = state.Open.First();
        return new FetchStretch(state.Plan, range.Id, range.Pages, range.From, range.To, range.Cursor) { MaxPages = state.LengthOfNext(range, Parallelism) };
    }
}
