using BillingFunctions.Simulators.Salesforce.Api;
using BillingFunctions.Simulators.Salesforce.Faults;
using BillingFunctions.Simulators.Salesforce.Records;
using BillingFunctions.Simulators.Salesforce.Schema;

namespace BillingFunctions.Simulators.Salesforce.Resources;

/// <summary>Writes records as the API does, unless a fault hits them.</summary>
/// <remarks>Every method throws <see cref="SalesforceRefusalException"/> when the record is refused.</remarks>
internal sealed class RecordWriter(RecordFaults faults)
{
    public WriteResult Insert(RecordTransaction transaction, IncomingRecord incoming)
    {
        if (incoming.Id is not null)
        {
            throw new SalesforceRefusalException(SalesforceProblem.IdGiven);
        }

        Hit(null, incoming.Values);
        return new WriteResult(transaction.Insert(incoming.Type, incoming.Values).Id);
    }

    public WriteResult Update(RecordTransaction transaction, SalesforceObject type, string? id, IReadOnlyDictionary<int, object?> values)
    {
        var known = IdOf(type, id ?? throw new SalesforceRefusalException(SalesforceProblem.NoId));
        Hit(transaction.Find(type, known), values);
        return new WriteResult(transaction.Update(type, known, values).Id);
    }

    /// <param name="column">The external id field; 0 is the id itself.</param>
    /// <param name="key">The value of that field.</param>
    public WriteResult Upsert(RecordTransaction transaction, IncomingRecord incoming, int column, object? key)
    {
        var type = incoming.Type;
        if (column == 0)
        {
            return Update(transaction, type, incoming.Id, incoming.Values) with { IsCreated = false };
        }

        if (incoming.Id is not null)
        {
            throw new SalesforceRefusalException(SalesforceProblem.ReadOnly("Id"));
        }

        var field = type.Fields[column].Name;
        var found = transaction.FindBy(type, column, key ?? throw new SalesforceRefusalException(SalesforceProblem.NoExternalId(field)));
        return found.Count switch
        {
            0 => Insert(transaction, incoming) with { IsCreated = true },
            1 => Update(transaction, type, found[0].Id, incoming.Values) with { IsCreated = false },
            _ => throw new SalesforceRefusalException(SalesforceProblem.Ambiguous(field, found.Select(record => record.Id))),
        };
    }

    public WriteResult Delete(RecordTransaction transaction, SalesforceObject type, string id)
    {
        var known = IdOf(type, id);
        Hit(transaction.Find(type, known), new Dictionary<int, object?>());
        return new WriteResult(transaction.Delete(type, known).Id);
    }

    /// <summary>The id with 18 characters.</summary>
    public static string IdOf(SalesforceObject type, string id)
        => SalesforceId.Normalize(id) is { } known && known.StartsWith(type.KeyPrefix, StringComparison.Ordinal)
            ? known
            : throw new SalesforceRefusalException(SalesforceProblem.MalformedId(type.Name, id));

    private void Hit(SalesforceRecord? before, IReadOnlyDictionary<int, object?> values)
    {
        if (faults.Next([.. before?.Texts ?? [], .. values.Values.OfType<string>()]) is { } problem)
        {
            throw new SalesforceRefusalException(problem);
        }
    }
}
