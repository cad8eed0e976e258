using BillingFunctions.Simulators.Salesforce.Records;
using BillingFunctions.Simulators.Salesforce.Schema;

namespace BillingFunctions.Simulators.Salesforce.Queries;

/// <summary>A query that has been understood.</summary>
/// <param name="Columns">The fields to answer, in the order of the query; null only counts.</param>
/// <param name="Conditions">All have to hold.</param>
/// <param name="Limit">How many records at most; null is no limit.</param>
internal sealed record SoqlQuery(
    SalesforceObject Type, IReadOnlyList<int>? Columns, IReadOnlyList<SoqlCondition> Conditions, IReadOnlyList<SoqlOrder> Orders, int? Limit)
{
    /// <param name="records">In the order they were created.</param>
    /// <param name="withDeleted">Whether those in the recycle bin are found too.</param>
    public IReadOnlyList<SalesforceRecord> Run(IEnumerable<SalesforceRecord> records, bool withDeleted)
    {
        var found = records.Where(record => (withDeleted || !record.IsDeleted) && Conditions.All(condition => condition.Holds(record)));
        var sorted = Orders.Count == 0 ? found : found.Order(Comparer<SalesforceRecord>.Create(Compare));
        return [.. sorted.Take(Limit ?? int.MaxValue)];
    }

    private int Compare(SalesforceRecord one, SalesforceRecord other)
        => Orders.Select(order => order.Compare(one, other)).FirstOrDefault(result => result != 0);
}

/// <summary>By which field records are sorted.</summary>
/// <param name="NullsFirst">Where records without a value go, whichever the direction.</param>
internal sealed record SoqlOrder(SalesforceField Field, int Column, bool IsDescending, bool NullsFirst)
{
    public int Compare(SalesforceRecord one, SalesforceRecord other) => (one[Column], other[Column]) switch
    {
        (null, null) => 0,
        (null, _) => NullsFirst ? -1 : 1,
        (_, null) => NullsFirst ? 1 : -1,
        ({ } first, { } second) => FieldComparer.Compare(Field, first, second) * (IsDescending ? -1 : 1),
    };
}
