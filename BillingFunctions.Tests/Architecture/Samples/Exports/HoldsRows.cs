using BillingFunctions.Tests.Architecture.Samples.Customers;

namespace BillingFunctions.Tests.Architecture.Samples.Exports;

internal sealed class HoldsRows(SampleRows rows)
{
    public Uri Address => rows.Address;
}
