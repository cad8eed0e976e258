using BillingFunctions.Platform.Stripe;

namespace BillingFunctions.Tests.Platform.Stripe;

public sealed class StripeCustomerIdTests
{
    [Theory]
    [InlineData("cus_NffrFeUfNV2Hib", true)]
    [InlineData("ada@example.com", true)]
    [InlineData("Kunde 7/a", true)]
    [InlineData("4711", true)]
    [InlineData("sub_1", false)]
    [InlineData("in_1", false)]
    [InlineData("a\nb", false)]
    [InlineData("", false)]
    public void IsPossible_AnythingButAnotherObjectsId(string text, bool isPossible) => Assert.Equal(isPossible, StripeCustomerId.IsPossible(text));
}
