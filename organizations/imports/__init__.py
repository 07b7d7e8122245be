"""Units and people out of a workbook: read, looked at, brought in whole or not at all."""
