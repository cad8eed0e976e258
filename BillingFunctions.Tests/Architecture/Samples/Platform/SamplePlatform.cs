using BillingFunctions.Tests.Architecture.Samples.Customers;

namespace BillingFunctions.Tests.Architecture.Samples.Platform;

internal static class KnowsACapability
{
    public static SampleCustomer Customer { get; } = new("cus_1");
}
