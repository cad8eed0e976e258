using BillingFunctions.CustomerUploads.Reading;
using BillingFunctions.CustomerUploads.Rows;

namespace BillingFunctions.Tests.CustomerUploads.Rows;

/// <summary>What spreadsheets do to an id must not make another customer of it.</summary>
public sealed class KeyCellTests
{
    [Theory]
    [InlineData("'6412345678901", "6412345678901")]
    [InlineData("=\"6412345678901\"", "6412345678901")]
    [InlineData("'=\"0017\"", "0017")]
    [InlineData("\"6412345678901\"", "6412345678901")]
    [InlineData("'A-17'", "A-17")]
    [InlineData("\u201CA-17\u201D", "A-17")]
    [InlineData("\u201EA-17\u201C", "A-17")]
    [InlineData("\u00A06412345678901\u00A0", "6412345678901")]
    [InlineData("\u200B6412345678901\uFEFF", "6412345678901")]
    [InlineData("=\"\u00A017\"", "17")]
    public void Read_IdInAWrapping_IsUnwrapped(string cell, string id)
    {
        var (customer, errors) = Read(cell);

        Assert.Empty(errors);
        Assert.Equal(id, customer!.Id);
    }

    [Theory]
    [InlineData("6.41235E+12", "as text")]
    [InlineData("6,41235E+12", "as text")]
    [InlineData("6E+12", "as text")]
    [InlineData("6.41235e12", "as text")]
    [InlineData("'6.41235E+12", "as text")]
    [InlineData("1.7E-05", "as text")]
    [InlineData("6412345678901.0", "as text")]
    [InlineData("17,00", "as text")]
    [InlineData("6,412,345,678,901", "as text")]
    [InlineData("=6412345678901", "formula")]
    [InlineData("=A1&\"x\"", "formula")]
    [InlineData("64123\u200B45678901", "invisible")]
    [InlineData("64123\u00A045678901", "invisible")]
    [InlineData("A\u00AD17", "invisible")]
    [InlineData("'A-17\"", "quote")]
    [InlineData("A-17'", "quote")]
    [InlineData("\u201CA-17", "quote")]
    public void Read_IdThatMayBeAnother_IsRefusedWithWhatToDo(string cell, string reason)
    {
        var (customer, errors) = Read(cell);

        Assert.Null(customer);
        var error = Assert.Single(errors);
        Assert.Equal("id", error.Column);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("12e5")]
    [InlineData("O'Neil 17")]
    [InlineData("1.2.0")]
    [InlineData("-17")]
    [InlineData("Müller-字")]
    [InlineData("0x1E+")]
    public void Read_UnusualId_IsKept(string id) => Assert.Equal(id, Read(id).Customer?.Id);

    [Fact]
    public void Read_StripeIdInAWrapping_IsUnwrapped()
    {
        var errors = new List<RowError>();
        var reader = new CustomerRowReader(CustomerColumns.From(new CsvHeader(',', false, ["id", "email", "stripe_customer_id"])));

        var customer = reader.Read(new UploadedRow(2, 0, ["1", "a@b.de", "'cus_A1b2"], null), errors);

        Assert.Equal("cus_A1b2", customer?.StripeId);
    }

    [Theory]
    [InlineData("'7")]
    [InlineData("=\"7\"")]
    [InlineData("7\u200B")]
    public void Read_IdAgainInAWrapping_IsTheSameCustomer(string again)
    {
        var reader = new CustomerRowReader(CustomerColumns.From(new CsvHeader(',', false, ["id", "email"])));
        var errors = new List<RowError>();
        reader.Read(new UploadedRow(2, 0, ["7", "a@b.de"], null), errors);

        Assert.Null(reader.Read(new UploadedRow(3, 10, [again, "b@b.de"], null), errors));
        Assert.Contains("earlier row", Assert.Single(errors).Message, StringComparison.Ordinal);
    }

    private static (UploadedCustomer? Customer, List<RowError> Errors) Read(string id)
    {
        var errors = new List<RowError>();
        var reader = new CustomerRowReader(CustomerColumns.From(new CsvHeader(',', false, ["id", "email"])));
        return (reader.Read(new UploadedRow(2, 0, [id, "a@b.de"], null), errors), errors);
    }
}
