using BillingFunctions.Tests.Architecture.Samples.Customers;

namespace BillingFunctions.Tests.Architecture.Samples.Exports;

internal static class CallsAStore
{
    public static async Task<int> CountAsync() => (await Task.WhenAll(new SampleCustomer[2].Select(async _ => await SampleStore.CountAsync()))).Sum();
}
