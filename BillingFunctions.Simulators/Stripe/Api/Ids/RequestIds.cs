using System.Globalization;

namespace BillingFunctions.Simulators.Stripe.Api.Ids;

/// <summary>Numbers the calls: <c>req_00000000000001</c>.</summary>
internal sealed class RequestIds
{
    private long _last;

    public string Next() => "req_" + Interlocked.Increment(ref _last).ToString("D14", CultureInfo.InvariantCulture);
}
