using BillingFunctions.Simulators.Stripe;

namespace BillingFunctions.Tests.Architecture;

public sealed class SimulatorReferencesTests
{
    [Fact]
    public void Simulators_ReferenceNeitherTheAppNorTheVendorsClient()
    {
        var referenced = typeof(StripeSimulator).Assembly.GetReferencedAssemblies().Select(assembly => assembly.Name!);

        Assert.DoesNotContain(
            referenced, name => name.StartsWith("BillingFunctions", StringComparison.Ordinal) || name.StartsWith("Stripe", StringComparison.Ordinal));
    }
}
