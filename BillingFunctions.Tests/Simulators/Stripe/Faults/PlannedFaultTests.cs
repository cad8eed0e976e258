using BillingFunctions.Simulators.Stripe.Faults;
using BillingFunctions.Testing.Fakes;
using Stripe;
using static BillingFunctions.Testing.Fakes.StripeFake;

namespace BillingFunctions.Tests.Simulators.Stripe.Faults;

public sealed class PlannedFaultTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Fault.Refused, 400, "invalid_request_error", null)]
    [InlineData(Fault.CardDeclined, 402, "card_error", "card_declined")]
    [InlineData(Fault.Unauthorized, 401, "invalid_request_error", null)]
    [InlineData(Fault.Forbidden, 403, "invalid_request_error", "more_permissions_required")]
    [InlineData(Fault.NotFound, 404, "invalid_request_error", "resource_missing")]
    [InlineData(Fault.Conflict, 409, "idempotency_error", "idempotency_key_in_use")]
    public async Task Plan_Refusal_DoesNothingAndMayBeTriedAgain(Fault fault, int status, string type, string? code)
    {
        await using var simulator = await StartAsync();
        simulator.Faults.Plan(fault);
        var key = new RequestOptions { IdempotencyKey = "key-1" };

        var refused = await RefusedAsync(() => simulator.Customers().CreateAsync(new CustomerCreateOptions(), key, Token));

        Assert.Equal((status, type, code), ((int)refused.HttpStatusCode, refused.StripeError!.Type, refused.StripeError.Code));
        Assert.Equal(0, simulator.CustomerCount);
        await simulator.Customers().CreateAsync(new CustomerCreateOptions(), key, Token);
        Assert.Equal(1, simulator.CustomerCount);
    }

    [Fact]
    public async Task Plan_Slow_DoesTheWorkAtOnceAndAnswersLater()
    {
        var clock = new ClockFake(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));
        await using var simulator = await StartAsync(time: clock);
        simulator.Faults.Plan(Fault.Slow);

        var call = simulator.Customers().CreateAsync(new CustomerCreateOptions(), cancellationToken: Token);
        await clock.UntilSetAsync(simulator.Faults.SlowAfter);

        Assert.Equal((1, false), (simulator.CustomerCount, call.IsCompleted));
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.NotNull((await call).Id);
    }

    [Fact]
    public async Task PlanFor_SecondCallOfOneEndpoint_LeavesTheOthersAlone()
    {
        await using var simulator = await StartAsync();
        var customer = simulator.Customers.Create();
        simulator.Faults.PlanFor("/add_lines", Fault.None, Fault.ServerError);

        var draft = (await CreateAsync()).Id;
        await AddLineAsync(draft);
        await CreateAsync();
        var refused = await RefusedAsync(() => AddLineAsync(draft));
        await AddLineAsync(draft);

        Assert.Equal(500, (int)refused.HttpStatusCode);
        Assert.Equal(2, simulator.Invoices.Get(draft).Lines.Count);
        Assert.Equal((3, 2, 3), (simulator.Calls.Count("/add_lines"), simulator.Calls.Count("POST /v1/invoices"), simulator.Calls.Count(draft)));

        Task<Invoice> CreateAsync()
            => simulator.Client().V1.Invoices.CreateAsync(new InvoiceCreateOptions { Customer = customer }, cancellationToken: Token);

        Task<Invoice> AddLineAsync(string invoice) => simulator.Client().V1.Invoices.AddLinesAsync(
            invoice, new InvoiceAddLinesOptions { Lines = [new InvoiceLineOptions { Amount = 1 }] }, cancellationToken: Token);
    }

    [Fact]
    public async Task FailAlways_OneCustomer_FailsUntilHealed()
    {
        await using var simulator = await StartAsync();
        var (ada, bea) = (simulator.Customers.Create(), simulator.Customers.Create());
        simulator.Faults.FailAlways(ada, Fault.Forbidden);

        await RefusedAsync(() => CreateAsync(ada));
        await RefusedAsync(() => simulator.Customers().GetAsync(ada, cancellationToken: Token));
        await CreateAsync(bea);
        simulator.Faults.Heal(ada);
        await CreateAsync(ada);

        Assert.Equal([bea, ada], simulator.Invoices.All.Select(invoice => invoice.Customer));

        Task<Invoice> CreateAsync(string customer)
            => simulator.Client().V1.Invoices.CreateAsync(new InvoiceCreateOptions { Customer = customer }, cancellationToken: Token);
    }
}
