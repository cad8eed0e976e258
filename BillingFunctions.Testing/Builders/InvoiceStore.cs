using Azure.Data.Tables;
using Azure.Storage.Queues;
using BillingFunctions.Invoicing;
using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Platform.FailedJobs;

namespace BillingFunctions.Testing.Builders;

/// <summary>Makes the store of invoices with the settings that it has when none is given.</summary>
internal static class InvoiceStore
{
    public static MonthlyInvoiceStore Create(TableServiceClient tables, QueueServiceClient queues, TimeProvider time) =>
        new(tables, queues, new FailedJobStore(tables, time), InvoicePolicy.From(new InvoicingOptions(), sendsMails: true), time);
}
