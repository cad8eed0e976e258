using BillingFunctions.Simulators.Stripe;
using BillingFunctions.Simulators.Stripe.Customers;
using Stripe;

namespace BillingFunctions.Testing.Fakes;

/// <summary>Starts simulators for tests, without limits unless they are asked for, and clients of them.</summary>
internal static class StripeFake
{
    public static Task<StripeSimulator> StartAsync(
        int customers = 0, TimeProvider? time = null, Func<StripeSimulatorOptions, StripeSimulatorOptions>? change = null)
    {
        var options = new StripeSimulatorOptions
        {
            AccountLimit = null,
            EndpointLimit = null,
            Customers = new CustomerSeedOptions { Count = customers },
            Time = time ?? TimeProvider.System,
        };
        return StripeSimulator.StartAsync(change?.Invoke(options) ?? options, TestContext.Current.CancellationToken);
    }

    public static StripeClient Client(this StripeSimulator simulator, string key = "sk_test_1", int retries = 0, TimeSpan? timeout = null)
    {
        var http = new HttpClient { Timeout = timeout ?? TimeSpan.FromSeconds(30) };
        return new StripeClient(key, httpClient: new SystemNetHttpClient(http, retries), apiBase: simulator.BaseUrl);
    }

    public static CustomerService Customers(this StripeSimulator simulator) => simulator.Client().V1.Customers;

    public static async Task<List<string>> IdsAsync(this CustomerService customers, CustomerListOptions? options = null)
        => await customers.ListAutoPagingAsync(options ?? new CustomerListOptions { Limit = 100 }, cancellationToken: TestContext.Current.CancellationToken)
            .Select(customer => customer.Id).ToListAsync(TestContext.Current.CancellationToken);

    public static async Task<StripeException> RefusedAsync(Func<Task> call) => await Assert.ThrowsAsync<StripeException>(call);
}
