using BillingFunctions.Tests.Architecture.Samples.Customers;

namespace BillingFunctions.Tests.Architecture.Samples.Exports;

internal static class NamesATable
{
    public static string Name => SampleStore.Table;
}
