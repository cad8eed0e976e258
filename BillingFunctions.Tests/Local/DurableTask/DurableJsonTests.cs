using BillingFunctions.Local.DurableTask;

namespace BillingFunctions.Tests.Local.DurableTask;

/// <summary>Payloads are written and read as the worker does it in Azure, so that what works here works there.</summary>
public sealed class DurableJsonTests
{
    [Fact]
    public void Serialize_Tuple_LosesItsFields() => Assert.Equal("{}", DurableJson.Converter.Serialize((1, "a")));

    [Fact]
    public void Serialize_BaseTypeDeclared_WritesWhatTheValueIs() =>
        Assert.Equal("""{"Amount":5,"Id":"cus_1"}""", DurableJson.Converter.Serialize((Item)new Priced("cus_1", 5)));

    [Fact]
    public void Deserialize_NamesInOtherCase_AreRead() =>
        Assert.Equal(new Priced("cus_1", 5), DurableJson.Converter.Deserialize<Priced>("""{"id":"cus_1","AMOUNT":5}"""));

    [Fact]
    public void Null_BothWays_StaysNull()
    {
        Assert.Null(DurableJson.Converter.Serialize(null));
        Assert.Null(DurableJson.Converter.Deserialize<Priced>(null));
    }

    internal record Item(string Id);

    internal sealed record Priced(string Id, long Amount) : Item(Id);
}
